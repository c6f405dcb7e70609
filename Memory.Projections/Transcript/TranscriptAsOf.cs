using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Transcript;

/// <summary>What had been said in a session at a time? Answered from the log itself: the projection knows only how it stands now.</summary>
internal sealed class TranscriptAsOf(EventStore log)
{
    /// <returns>The messages, the oldest first; null when there was no such session yet, or it is erased.</returns>
    public async Task<IReadOnlyList<PromptMessage>?> Run(Guid sessionId, DateTimeOffset at, CancellationToken cancellation)
    {
        var events = await log.Read(sessionId, at, cancellation);
        return events.Count == 0 || events.Any(stored => stored.Data is SessionErased)
            ? null
            : [.. events.Select(TranscriptProjection.RowOf).OfType<TranscriptRow>().Select(row => new PromptMessage(row.Role, row.Content))];
    }
}

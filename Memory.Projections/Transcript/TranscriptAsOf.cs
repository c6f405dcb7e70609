using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Transcript;

/// <summary>What had been said in a session at a time? Answered from the log itself: the projection knows only how it stands now.</summary>
internal sealed class TranscriptAsOf(EventStore log)
{
    /// <returns>The messages, the oldest first; null when there was no such session yet, or it is erased.</returns>
    public async Task<IReadOnlyList<PromptMessage>?> Run(Guid sessionId, DateTimeOffset at, CancellationToken cancellation)
    {
        List<PromptMessage>? messages = null;
        try
        {
            await foreach (var stored in log.Stream(sessionId, until: at, cancellation: cancellation))
            {
                if (stored.Data is SessionErased)
                    return null;
                messages ??= [];
                if (TranscriptProjection.RowOf(stored) is { } row)
                    messages.Add(new PromptMessage(row.Role, row.Content));
            }
        }
        catch (UnreadableEventException)
        {
            // The projection goes no further either.
            messages ??= [];
        }

        return messages;
    }
}

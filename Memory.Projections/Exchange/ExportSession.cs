using System.Text;
using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Exchange;

/// <summary>Gives a session out as a file.</summary>
/// <param name="copies">The streams.</param>
/// <param name="types">The events the log knows.</param>
public sealed class ExportSession(StreamCopies copies, EventTypes types)
{
    /// <summary>JSON with everything, to be taken in again.</summary>
    public const string Json = "json";

    /// <summary>Markdown, to be read.</summary>
    public const string Markdown = "markdown";

    /// <summary>The formats there are.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Json, Markdown];

    /// <summary>The file, in UTF-8; null when there is no such session, or not any more.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ReadOnlyMemory<byte>?> Run(Guid sessionId, string format, CancellationToken cancellation)
    {
        if (await copies.Read(sessionId, cancellation) is not { Type: SessionFile.StreamType, Events.Count: > 0 } session)
            return null;
        var known = session.Events.Where(stored => types.Knows(stored.Name)).Select(Known).ToList();
        if (known is [] || known.Exists(stored => stored.Data is SessionErased))
            return null;
        return format == Json ? SessionFileWriter.Write(session) : Encoding.UTF8.GetBytes(SessionMarkdown.Write(sessionId, known));
    }

    private StoredEvent Known(RawEvent stored) => new(
        stored.Sequence, stored.Id, stored.StreamId, stored.Version, stored.Name, types.Read(stored.Name, stored.Body), stored.Timestamp);
}

using System.Globalization;
using System.Text;
using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Transcript;

namespace Bus.Memory.Exchange;

/// <summary>
/// Writes a session as Markdown, for reading. What was said stands in quotations: a heading or an open fence in it ends with it.
/// </summary>
internal static class SessionMarkdown
{
    private const int TitleLength = 60;

    private static readonly string[] LineEnds = ["\r\n", "\n", "\r"];

    /// <param name="sessionId">The session.</param>
    /// <param name="events">Its events that are known.</param>
    public static string Write(Guid sessionId, IReadOnlyList<StoredEvent> events)
    {
        var said = events.Select(TranscriptProjection.RowOf).OfType<TranscriptRow>().ToList();
        var title = said.Find(row => row.Role == Roles.User)?.Content is { } first ? Title(first) : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {(title.Length > 0 ? title : "Session")}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Session `{sessionId}`, begun {Time(events[0].Timestamp)}, {said.Count} messages.\n");
        foreach (var row in said)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {(row.Role == Roles.User ? "User" : "Assistant")}, {Time(row.CreatedAt)}\n\n");
            foreach (var line in row.Content.Split(LineEnds, StringSplitOptions.None))
                text.Append(line.Length == 0 ? ">" : $"> {line}").Append('\n');
        }

        if (events[^1].Data is SessionClosed closed)
            text.Append(CultureInfo.InvariantCulture, $"\nClosed {Time(closed.ClosedAt)}.\n");
        return text.ToString();
    }

    /// <summary>The beginning of the first line that says something, with nothing in it that Markdown would take for its own.</summary>
    private static string Title(string text)
    {
        var line = text.Split(LineEnds, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        var title = new StringBuilder();
        foreach (var rune in line.EnumerateRunes().Take(TitleLength))
        {
            if (rune.IsAscii && (Rune.IsPunctuation(rune) || Rune.IsSymbol(rune)))
                title.Append('\\');
            title.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return title.ToString();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}

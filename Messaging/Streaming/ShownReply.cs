using System.Text;
using Bus.Contracts;

namespace Bus.Messaging;

/// <summary>What somebody has seen of a reply that comes in pieces, and what the next one adds.</summary>
public sealed class ShownReply
{
    private readonly StringBuilder shown = new();
    private Guid? runId;

    /// <summary>Nothing was shown yet.</summary>
    public bool IsEmpty => shown.Length == 0;

    /// <summary>
    /// What a piece adds. One that was overtaken or comes twice adds nothing, nor does one of a second run, which may have
    /// found other words; the end makes good for it.
    /// </summary>
    public string NewOf(ReplyChunk chunk)
    {
        runId ??= chunk.RunId;
        if (chunk.RunId != runId || chunk.Offset != shown.Length)
            return "";
        shown.Append(chunk.Text);
        return chunk.Text;
    }

    /// <summary>What the whole text adds; all of it, after an empty line, when something else was shown before.</summary>
    public string RestOf(TurnEnded end)
    {
        var seen = shown.ToString();
        var rest = end.Text.StartsWith(seen, StringComparison.Ordinal) ? end.Text[seen.Length..] : $"\n\n{end.Text}";
        shown.Append(rest);
        return rest;
    }
}

using System.Text;
using Bus.Contracts;

namespace Bus.Ingress.Delivery;

/// <summary>A message of an answer: a text, or a file with something said about it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Number">Which of the answer it is, from 0.</param>
/// <param name="File">The file.</param>
/// <param name="IsLast">No other follows.</param>
/// <param name="IsAnew">It was there, and cannot be changed any more: it is to be there once more.</param>
internal sealed record ReplyPart(RichText Text, int Number, OutgoingFile? File = null, bool IsLast = false, bool IsAnew = false)
{
    /// <summary>As people see it who may have seen it before.</summary>
    public ReplyPart Marked(Texts texts) => this with { Text = Text with { Text = $"{Text.Text}\n\n{texts["repeat_mark"]}" } };
}

/// <summary>A file to send.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="MediaType">What it is.</param>
internal sealed record OutgoingFile(string Name, ReadOnlyMemory<byte> Bytes, string MediaType);

/// <summary>Which messages an answer becomes.</summary>
internal static class ReplyParts
{
    /// <summary>The room that a mark may need behind the text of a part.</summary>
    public const int MarkLength = 64;

    /// <summary>The messages; none when there is nothing to say.</summary>
    public static IReadOnlyList<ReplyPart> Of(DeliverReply reply, Texts texts, IReplyPlace place)
    {
        var markdown = reply is { Outcome: TurnOutcomes.Cancelled, Text.Length: > 0 } ? Stopped(reply.Text, texts) : reply.Text;
        var parts = place.Split(markdown);
        return parts.Count <= Limits.MostParts
            ? [.. parts.Select((part, number) => new ReplyPart(part, number, IsLast: number == parts.Count - 1))]
            : [new ReplyPart(parts[0], 0), new ReplyPart(new RichText(texts["in_file"], []), 1, File(markdown), IsLast: true)];
    }

    /// <summary>A file with the whole answer.</summary>
    private static OutgoingFile File(string markdown) => new("answer.md", Encoding.UTF8.GetBytes(markdown), "text/markdown");

    private static string Stopped(string text, Texts texts) => text == TurnOutcomes.StoppedNotice ? texts["stopped_mark"] : $"{text}\n\n{texts["stopped_mark"]}";
}

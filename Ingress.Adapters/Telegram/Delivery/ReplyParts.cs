using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>A message of an answer: a text, or a file with something said about it.</summary>
/// <param name="Text">The text.</param>
/// <param name="File">The file.</param>
internal sealed record ReplyPart(RichText Text, OutgoingFile? File = null)
{
    /// <summary>As people see it who may have seen it before. A text that is full already has no room for that; then its first line goes before it.</summary>
    public ReplyPart Marked(Texts texts)
    {
        var mark = $"\n\n{texts["repeat_mark"]}";
        return Text.Text.Length + mark.Length <= Limits.LongestTelegramText ? this with { Text = Text with { Text = Text.Text + mark } } : this;
    }
}

/// <summary>Which messages an answer becomes.</summary>
internal static class ReplyParts
{
    /// <summary>The room that a mark may need behind the text of a part.</summary>
    private const int MarkLength = 64;

    /// <summary>The messages; none when there is nothing to say.</summary>
    public static IReadOnlyList<ReplyPart> Of(DeliverReply reply, Texts texts)
    {
        var markdown = reply is { Outcome: TurnOutcomes.Cancelled, Text.Length: > 0 } ? Stopped(reply.Text, texts) : reply.Text;
        var parts = TextParts.Split(MarkdownText.Read(markdown), Limits.LongestTelegramText - MarkLength, Limits.MostTelegramEntities);
        return parts.Count <= Limits.MostParts
            ? [.. parts.Select(part => new ReplyPart(part))]
            : [new ReplyPart(parts[0]), new ReplyPart(new RichText(texts["in_file"], []), TelegramText.File(markdown))];
    }

    private static string Stopped(string text, Texts texts) => text == TurnOutcomes.StoppedNotice ? texts["stopped_mark"] : $"{text}\n\n{texts["stopped_mark"]}";
}

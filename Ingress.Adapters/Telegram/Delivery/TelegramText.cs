using System.Globalization;
using System.Text;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>Answers as Telegram wants them: text, and entities that say where it is bold (https://core.telegram.org/bots/api#messageentity).</summary>
internal static class TelegramText
{
    /// <summary>The messages that an answer becomes.</summary>
    public static IReadOnlyList<RichText> Parts(string markdown) =>
        TextParts.Split(MarkdownText.Read(markdown), Limits.LongestTelegramText, Limits.MostTelegramEntities);

    /// <summary>The first message of an answer that is not finished; null when there is nothing to show yet.</summary>
    public static RichText? Beginning(string markdown) => Parts(markdown) is [var first, ..] ? first : null;

    /// <summary>The entities of a text.</summary>
    public static IReadOnlyList<MessageEntity>? Entities(RichText text) => text.Spans.Count == 0
        ? null
        : [.. text.Spans.Select(span => new MessageEntity(NameOf(span.Style), span.Offset, span.Length, span.Url, Language: span.Language))];

    /// <summary>A file with the whole answer.</summary>
    public static OutgoingFile File(string markdown) => new("answer.md", Encoding.UTF8.GetBytes(markdown), "text/markdown");

    /// <summary>The number of a chat, a topic or a message.</summary>
    public static long Number(string id) => long.Parse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string NameOf(TextStyle style) => style switch
    {
        TextStyle.Bold => "bold",
        TextStyle.Italic => "italic",
        TextStyle.Strikethrough => "strikethrough",
        TextStyle.Code => "code",
        TextStyle.Pre => "pre",
        TextStyle.Link => "text_link",
        _ => "blockquote",
    };
}

using System.Globalization;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>Answers as Telegram wants them: text, and entities that say where it is bold (https://core.telegram.org/bots/api#messageentity).</summary>
internal static class TelegramText
{
    /// <summary>The messages that an answer becomes.</summary>
    /// <param name="markdown">The answer.</param>
    /// <param name="room">How much is left free at the end of each.</param>
    public static IReadOnlyList<RichText> Parts(string markdown, int room = 0) =>
        TextParts.Split(MarkdownText.Read(markdown), Limits.LongestTelegramText - room, Limits.MostTelegramEntities);

    /// <summary>The entities of a text.</summary>
    public static IReadOnlyList<MessageEntity>? Entities(RichText text) => text.Spans.Count == 0
        ? null
        : [.. text.Spans.Select(span => new MessageEntity(NameOf(span.Style), span.Offset, span.Length, span.Url, Language: span.Language))];

    /// <summary>The number of a chat, a topic or a message.</summary>
    public static long Number(string id) => long.Parse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>The same as text.</summary>
    public static string Id(long number) => number.ToString(CultureInfo.InvariantCulture);

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

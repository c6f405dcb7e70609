using System.Text;

namespace Bus.Fakes.Telegram.Markup;

/// <summary>Texts with marks in them, as bots may send them. What does not fit together is refused.</summary>
internal static class ParseModes
{
    public static FormattedText Parse(string text, string mode) => mode.ToUpperInvariant() switch
    {
        "MARKDOWN" => Markdown.Parse(text),
        "MARKDOWNV2" => new MarkdownV2(text).Parse(),
        "HTML" => new Html(text).Parse(),
        _ => throw Refusal.Bad("unsupported parse_mode"),
    };

    public static Refusal Refused(string why) => Refusal.Bad($"can't parse entities: {why}");

    /// <summary>Telegram counts bytes when it says where something is wrong.</summary>
    public static int Bytes(string text, int offset) => Encoding.UTF8.GetByteCount(text.AsSpan(0, offset));

    /// <summary>The language of a block of code, when its first line is one word.</summary>
    public static (string? Language, string Code) Language(string block)
    {
        var line = block.IndexOf('\n', StringComparison.Ordinal);
        if (line < 0)
            return (null, block);
        var first = block[..line];
        return first.Any(char.IsWhiteSpace) ? (null, block) : (first.Length == 0 ? null : first, block[(line + 1)..]);
    }
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Bus.Fakes.Telegram.Markup;

/// <summary>The few tags of HTML that Telegram takes.</summary>
internal sealed partial class Html(string text)
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["b"] = "bold",
        ["strong"] = "bold",
        ["i"] = "italic",
        ["em"] = "italic",
        ["u"] = "underline",
        ["ins"] = "underline",
        ["s"] = "strikethrough",
        ["strike"] = "strikethrough",
        ["del"] = "strikethrough",
        ["tg-spoiler"] = "spoiler",
        ["span"] = "spoiler",
        ["a"] = "text_link",
        ["code"] = "code",
        ["pre"] = "pre",
        ["blockquote"] = "blockquote",
        ["tg-emoji"] = "custom_emoji",
    };

    private readonly StringBuilder result = new();
    private readonly List<FakeEntity> entities = [];
    private readonly Stack<(string Name, string Attributes, int Start)> open = [];

    public FormattedText Parse()
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '<')
                at = Tag(at);
            else if (text[at] == '&' && Reference().Match(text, at) is { Success: true } reference)
                at += Keep(WebUtility.HtmlDecode(reference.Value), reference.Length);
            else
                at += Keep(text[at].ToString(), 1);
        }

        return open.TryPeek(out var unclosed)
            ? throw ParseModes.Refused($"Can't find end tag corresponding to start tag \"{unclosed.Name}\"")
            : new FormattedText(result.ToString(), [.. entities.OrderBy(entity => entity.Offset).ThenByDescending(entity => entity.Length)]);
    }

    private int Keep(string part, int length)
    {
        result.Append(part);
        return length;
    }

    private int Tag(int at)
    {
        var end = text.IndexOf('>', at);
        if (end < 0)
            throw ParseModes.Refused($"Unclosed start tag at byte offset {ParseModes.Bytes(text, at)}");
        var tag = text[(at + 1)..end];
        if (tag.StartsWith('/'))
        {
            Close(tag[1..].Trim(), at);
            return end + 1;
        }

        var parts = tag.Split(' ', 2);
        var name = parts[0].ToLowerInvariant();
        if (!Types.ContainsKey(name))
            throw ParseModes.Refused($"Unsupported start tag \"{name}\" at byte offset {ParseModes.Bytes(text, at)}");
        if (name == "span" && !tag.Contains("tg-spoiler", StringComparison.Ordinal))
            throw ParseModes.Refused($"Tag \"span\" must have class \"tg-spoiler\" at byte offset {ParseModes.Bytes(text, at)}");
        open.Push((name, parts.Length > 1 ? parts[1] : "", result.Length));
        return end + 1;
    }

    private void Close(string name, int at)
    {
        if (!open.TryPop(out var tag))
            throw ParseModes.Refused($"Unexpected end tag at byte offset {ParseModes.Bytes(text, at)}");
        if (name.Length > 0 && !name.Equals(tag.Name, StringComparison.OrdinalIgnoreCase))
            throw ParseModes.Refused($"Unmatched end tag at byte offset {ParseModes.Bytes(text, at)}, expected \"</{tag.Name}>\", found \"</{name}>\"");
        var entity = new FakeEntity(Types[tag.Name], tag.Start, result.Length - tag.Start);
        var language = Attribute(tag.Attributes, "class") is { } @class && @class.StartsWith("language-", StringComparison.Ordinal) ? @class["language-".Length..] : null;
        switch (tag.Name)
        {
            case "a" when (Attribute(tag.Attributes, "href") ?? result.ToString(tag.Start, entity.Length)) is var url:
                entities.Add(entity with { Url = url });
                break;
            case "tg-emoji":
                entities.Add(entity with { CustomEmojiId = Attribute(tag.Attributes, "emoji-id") });
                break;
            case "code" when language is not null && open.TryPeek(out var outer) && outer.Name == "pre":
                entities.Add(entity with { Type = "pre", Language = language });
                break;
            default:
                // The code within has said it already, with its language.
                if (!entities.Contains(entity with { Language = entities.LastOrDefault()?.Language }))
                    entities.Add(entity with { Type = tag.Name == "blockquote" && tag.Attributes.Contains("expandable", StringComparison.Ordinal) ? "expandable_blockquote" : entity.Type });
                break;
        }
    }

    private static string? Attribute(string attributes, string name) =>
        Regex.Match(attributes, $"""{name}\s*=\s*["']?([^"'\s>]*)""") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex(@"\G&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")]
    private static partial Regex Reference();
}

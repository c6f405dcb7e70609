using System.Text;

namespace Bus.Fakes.Telegram.Markup;

/// <summary>The second Markdown of Telegram, in which every mark that is none must be escaped.</summary>
internal sealed class MarkdownV2(string text)
{
    private const string Reserved = "_*[]()~`>#+-=|{}.!";

    private static readonly (string Mark, string Type)[] Marks =
        [("```", "pre"), ("__", "underline"), ("||", "spoiler"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"), ("`", "code"), ("[", "text_link"), ("![", "custom_emoji")];

    private readonly StringBuilder result = new();
    private readonly List<FakeEntity> entities = [];
    private readonly Stack<(string Mark, string Type, int Start, int At)> open = [];
    private int? quote;
    private int at;

    public FormattedText Parse()
    {
        while (at < text.Length)
            Next();
        if (open.TryPeek(out var unclosed))
            throw NoEnd(unclosed.Type, unclosed.At);
        EndQuote();
        return new FormattedText(result.ToString(), [.. entities.OrderBy(entity => entity.Offset).ThenByDescending(entity => entity.Length)]);
    }

    private void Next()
    {
        var letter = text[at];
        var isCode = open.TryPeek(out var top) && top.Type is "code" or "pre";
        if (letter == '\\' && at + 1 < text.Length && char.IsAscii(text[at + 1]))
        {
            result.Append(text[at + 1]);
            at += 2;
        }
        else if (isCode)
        {
            if (Is(top.Mark))
                Close();
            else
                Keep();
        }
        else if (letter == '>' && (at == 0 || text[at - 1] == '\n'))
        {
            quote ??= result.Length;
            at++;
        }
        else if (letter == '\n')
        {
            if (at + 1 >= text.Length || text[at + 1] != '>')
                EndQuote();
            Keep();
        }
        else if (letter == ']' && open.Count > 0 && top.Mark.EndsWith('['))
        {
            CloseLink();
        }
        else if (Marks.FirstOrDefault(mark => Is(mark.Mark)) is { Mark: { } mark, Type: { } type })
        {
            Mark(mark, type);
        }
        else if (Reserved.Contains(letter, StringComparison.Ordinal))
        {
            throw ParseModes.Refused($"Character '{letter}' is reserved and must be escaped with the preceding '\\'");
        }
        else
        {
            Keep();
        }
    }

    private bool Is(string mark) => text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal);

    private void Keep() => result.Append(text[at++]);

    private void Mark(string mark, string type)
    {
        if (open.TryPeek(out var top) && top.Mark == mark && type is not ("text_link" or "custom_emoji"))
        {
            Close();
            return;
        }

        // A mark within a mark of the same kind, with another between, can never be closed.
        if (open.Any(other => other.Mark == mark))
            throw NoEnd(top.Type, top.At);
        open.Push((mark, type, result.Length, at));
        at += mark.Length;
    }

    private void Close()
    {
        var (mark, type, start, _) = open.Pop();
        at += mark.Length;
        var language = (string?)null;
        if (type == "pre")
        {
            (language, var code) = ParseModes.Language(result.ToString(start, result.Length - start));
            result.Length = start;
            result.Append(code);
        }

        entities.Add(new FakeEntity(type, start, result.Length - start) { Language = language });
    }

    private void CloseLink()
    {
        var (_, type, start, opened) = open.Pop();
        if (++at >= text.Length || text[at] != '(')
        {
            if (type == "custom_emoji")
                throw ParseModes.Refused("Custom emoji entity must contain a tg://emoji URL");
            return;
        }

        var url = new StringBuilder();
        for (at++; at < text.Length && text[at] != ')'; at++)
            url.Append(text[at] == '\\' && at + 1 < text.Length ? text[++at] : text[at]);
        if (at++ >= text.Length)
            throw ParseModes.Refused($"Can't find end of a URL at byte offset {ParseModes.Bytes(text, opened)}");
        entities.Add(type == "text_link"
            ? new FakeEntity(type, start, result.Length - start) { Url = url.ToString() }
            : new FakeEntity(type, start, result.Length - start) { CustomEmojiId = url.ToString().Split('=')[^1] });
    }

    private void EndQuote()
    {
        if (quote is { } start)
            entities.Add(new FakeEntity("blockquote", start, result.Length - start));
        quote = null;
    }

    private Refusal NoEnd(string type, int opened)
    {
        var name = type switch { "text_link" => "TextUrl", "custom_emoji" => "CustomEmoji", _ => $"{char.ToUpperInvariant(type[0])}{type[1..]}" };
        return ParseModes.Refused($"Can't find end of {name} entity at byte offset {ParseModes.Bytes(text, opened)}");
    }
}

using System.Text;

namespace Bus.Fakes.Telegram.Markup;

/// <summary>The first Markdown of Telegram, in which nothing is nested.</summary>
internal static class Markdown
{
    private const string Marks = "_*`[";

    public static FormattedText Parse(string text)
    {
        var (result, entities) = (new StringBuilder(), new List<FakeEntity>());
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\\' && i + 1 < text.Length && Marks.Contains(text[i + 1], StringComparison.Ordinal))
            {
                result.Append(text[i + 1]);
                i += 2;
            }
            else if (Marks.Contains(text[i], StringComparison.Ordinal))
            {
                i = text[i] == '[' ? Link(text, i, result, entities) : Marked(text, i, result, entities);
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return new FormattedText(result.ToString(), entities);
    }

    private static int Marked(string text, int start, StringBuilder result, List<FakeEntity> entities)
    {
        var mark = text.AsSpan(start).StartsWith("```") ? "```" : text[start].ToString();
        var inner = start + mark.Length;
        var end = text.IndexOf(mark, inner, StringComparison.Ordinal);
        if (end < 0)
            throw NoEnd(text, start);
        var (type, content, language) = (mark[0] == '_' ? "italic" : mark[0] == '*' ? "bold" : "code", text[inner..end], (string?)null);
        if (mark.Length == 3)
        {
            type = "pre";
            (language, content) = ParseModes.Language(content);
        }

        entities.Add(new FakeEntity(type, result.Length, content.Length) { Language = language });
        result.Append(content);
        return end + mark.Length;
    }

    private static int Link(string text, int start, StringBuilder result, List<FakeEntity> entities)
    {
        var end = text.IndexOf(']', start);
        if (end < 0)
            throw NoEnd(text, start);
        var content = text[(start + 1)..end];
        if (end + 1 >= text.Length || text[end + 1] != '(')
        {
            result.Append(content);
            return end + 1;
        }

        var close = text.IndexOf(')', end);
        if (close < 0)
            throw NoEnd(text, start);
        entities.Add(new FakeEntity("text_link", result.Length, content.Length) { Url = text[(end + 2)..close] });
        result.Append(content);
        return close + 1;
    }

    private static Refusal NoEnd(string text, int start) => ParseModes.Refused($"Can't find end of the entity starting at byte offset {ParseModes.Bytes(text, start)}");
}

using System.Text;
using System.Text.RegularExpressions;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Delivery;

/// <summary>
/// Writes text and styles in Discord's Markdown (https://support.discord.com/hc/en-us/articles/210298617), so that people see exactly that text: what would be
/// taken for a mark and is none bears a backslash.
/// </summary>
internal static partial class DiscordMarkup
{
    private const int LongestUrl = 1000;
    private const char NoSpace = '\u200B';

    /// <summary>The text of a message.</summary>
    public static string Write(RichText text)
    {
        var output = new StringBuilder(text.Text.Length + 64);
        if (text.Spans.Any(span => span.Style == TextStyle.Quote))
            WriteQuotes(text, output);
        else
            Write(text.Text, 0, text.Text.Length, [.. text.Spans], output);
        return output.ToString().Trim(); // as Discord does
    }

    /// <summary>Each quote is written by itself, line by line with its mark; styles that reach beyond it are written on both sides.</summary>
    private static void WriteQuotes(RichText text, StringBuilder output)
    {
        var at = 0;
        foreach (var quote in text.Spans.Where(span => span.Style == TextStyle.Quote).OrderBy(span => span.Offset))
        {
            if (quote.Offset < at)
                continue;
            Write(text.Text, at, quote.Offset, Within(text, at, quote.Offset), output);
            var inside = new StringBuilder();
            Write(text.Text, quote.Offset, quote.End, Within(text, quote.Offset, quote.End), inside);
            // Behind a number of a list there is no quote: it would have to begin the line.
            output.Append(IsLineStart(output) ? $"> {inside.ToString().Replace("\n", "\n> ", StringComparison.Ordinal)}" : inside.ToString());
            at = quote.End;
        }

        Write(text.Text, at, text.Text.Length, Within(text, at, text.Text.Length), output);
    }

    private static bool IsLineStart(StringBuilder output) => output.Length == 0 || output[^1] == '\n';

    private static List<TextSpan> Within(RichText text, int start, int end) =>
    [
        .. text.Spans.Where(span => span.Style != TextStyle.Quote && span.Offset < end && span.End > start)
            .Select(span => span with { Offset = Math.Max(span.Offset, start), Length = Math.Min(span.End, end) - Math.Max(span.Offset, start) }),
    ];

    /// <summary>Writes a stretch of text; spans are by offset, the longer one first, each inside another one or beside it.</summary>
    private static void Write(string text, int start, int end, List<TextSpan> spans, StringBuilder output)
    {
        var at = start;
        for (var i = 0; i < spans.Count;)
        {
            var span = spans[i];
            Plain(text, at, span.Offset, output);
            var next = i + 1;
            while (next < spans.Count && spans[next].Offset < span.End)
                next++;
            Styled(text, span, spans.GetRange(i + 1, next - i - 1), output);
            (at, i) = (span.End, next);
        }

        Plain(text, at, end, output);
    }

    private static void Styled(string text, TextSpan span, List<TextSpan> inside, StringBuilder output)
    {
        switch (span.Style)
        {
            case TextStyle.Pre:
                Block(text.Substring(span.Offset, span.Length), span.Language, output, isFollowed: span.End < text.Length && text[span.End] != '\n');
                return;
            case TextStyle.Code:
                Code(text.Substring(span.Offset, span.Length), output);
                return;
            case TextStyle.Link when span.Url is { Length: <= LongestUrl } url && url != text.Substring(span.Offset, span.Length):
                output.Append('[');
                Write(text, span.Offset, span.End, inside, output);
                output.Append("](<").Append(url.Replace(">", "%3E", StringComparison.Ordinal).Replace(' ', '+')).Append(">)");
                return;
            case TextStyle.Link:
                Write(text, span.Offset, span.End, inside, output);
                return;
        }

        var mark = span.Style switch
        {
            TextStyle.Bold => "**",
            TextStyle.Strikethrough => "~~",
            _ => (output.Length > 0 && IsWord(output[^1])) || IsWord(text, span.End) ? "*" : "_",
        };
        // Two marks that touch would be taken for another one.
        if (output.Length > 0 && output[^1] == mark[0])
            output.Append(NoSpace);
        output.Append(mark);
        Write(text, span.Offset, span.End, inside, output);
        if (output[^1] == mark[0])
            output.Append(NoSpace);
        output.Append(mark);
    }

    private static void Block(string code, string? language, StringBuilder output, bool isFollowed)
    {
        if (!IsLineStart(output))
            output.Append('\n');
        output.Append("```").Append(language is not null && Language().IsMatch(language) ? language : "").Append('\n');
        output.Append(code.Replace("```", $"`{NoSpace}``", StringComparison.Ordinal)).Append(code.EndsWith('`') ? $"{NoSpace}\n```" : "\n```");
        if (isFollowed)
            output.Append('\n');
    }

    private static void Code(string code, StringBuilder output)
    {
        var mark = code.Contains('`', StringComparison.Ordinal) ? "``" : "`";
        var shown = code.Replace("``", $"`{NoSpace}`", StringComparison.Ordinal).ReplaceLineEndings(" ");
        output.Append(mark).Append(shown.StartsWith('`') ? $"{NoSpace}" : "").Append(shown).Append(shown.EndsWith('`') ? $"{NoSpace}" : "").Append(mark);
    }

    private static void Plain(string text, int start, int end, StringBuilder output)
    {
        var stretch = text[start..end];
        var urls = Url().Matches(stretch);
        var at = 0;
        foreach (Match url in urls)
        {
            Escape(text, start + at, start + url.Index, output);
            output.Append(url.Value);
            at = url.Index + url.Length;
        }

        Escape(text, start + at, end, output);
    }

    private static void Escape(string text, int start, int end, StringBuilder output)
    {
        for (var i = start; i < end; i++)
        {
            var (c, next) = (text[i], i + 1 < text.Length ? text[i + 1] : '\n');
            var beginsLine = c is '#' or '>' or '-' or '*' && BeginsLine(output);
            var isMark = c switch
            {
                '\\' or '`' => true,
                '*' => !(IsSpace(text, i - 1) && char.IsWhiteSpace(next)) || beginsLine,
                '_' => !(IsWord(text, i - 1) && IsWord(text, i + 1)),
                '~' or '|' => next == c || (i > 0 && text[i - 1] == c),
                '<' => next != ' ',
                '#' or '>' => beginsLine,
                '-' => beginsLine && next == '#',
                '(' => i > 0 && text[i - 1] == ']',
                _ => false,
            };
            if (isMark)
                output.Append('\\');
            output.Append(c);
        }
    }

    /// <summary>Nothing of the line is there but marks.</summary>
    private static bool BeginsLine(StringBuilder output)
    {
        var at = output.Length - 1;
        while (at >= 0 && output[at] is ' ' or '*' or '_' or '~' or '>' or NoSpace)
            at--;
        return at < 0 || output[at] == '\n';
    }

    private static bool IsWord(string text, int at) => at >= 0 && at < text.Length && IsWord(text[at]);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsSpace(string text, int at) => at < 0 || char.IsWhiteSpace(text[at]);

    [GeneratedRegex(@"https?://[^\s<>]+", RegexOptions.NonBacktracking)]
    private static partial Regex Url();

    [GeneratedRegex("^[A-Za-z0-9+#._-]{1,20}$")]
    private static partial Regex Language();
}

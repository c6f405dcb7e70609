using System.Text;

namespace Bus.Ingress.Delivery;

/// <summary>Characters that show nothing. A platform refuses a message of nothing else, and trims them.</summary>
internal static class WhiteSpace
{
    /// <summary>Whether a character shows nothing; wider than Unicode's white space.</summary>
    public static bool IsBlank(char character) => char.IsWhiteSpace(character) || character
        is (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F')
        or '\u00AD' or '\u034F' or '\u115F' or '\u1160' or '\u17B4' or '\u17B5' or '\u180E' or '\u2800' or '\u3164' or '\uFEFF' or '\uFFA0';

    /// <summary>Where the first visible character at or behind an offset begins; the length when there is none.</summary>
    public static int FirstVisible(string text, int from)
    {
        while (from < text.Length && IsBlank(text[from]))
            from++;
        return from;
    }

    /// <summary>Where the last visible character begins; -1 when there is none.</summary>
    public static int LastVisible(string text)
    {
        var last = text.Length - 1;
        while (last >= 0 && IsBlank(text[last]))
            last--;
        return last > 0 && char.IsSurrogatePair(text[last - 1], text[last]) ? last - 1 : last;
    }

    /// <summary>The text with no more than so many blank characters in a row; the spans move along.</summary>
    public static RichText Shorten(RichText text, int mostBlanks)
    {
        if (!HasLongerRun(text.Text, mostBlanks))
            return text;

        var kept = new StringBuilder(text.Text.Length);
        var moved = new int[text.Text.Length + 1];
        var run = 0;
        for (var i = 0; i < text.Text.Length; i++)
        {
            moved[i] = kept.Length;
            run = IsBlank(text.Text[i]) ? run + 1 : 0;
            if (run <= mostBlanks)
                kept.Append(text.Text[i]);
        }

        moved[^1] = kept.Length;
        return new RichText(kept.ToString(), [.. text.Spans.Select(span => span with { Offset = moved[span.Offset], Length = moved[span.End] - moved[span.Offset] })]);
    }

    private static bool HasLongerRun(string text, int mostBlanks)
    {
        var run = 0;
        foreach (var character in text)
        {
            run = IsBlank(character) ? run + 1 : 0;
            if (run > mostBlanks)
                return true;
        }

        return false;
    }
}

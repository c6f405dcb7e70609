using System.Globalization;

namespace Bus.Ingress.Delivery;

/// <summary>What a cut would divide.</summary>
internal enum CutKind
{
    /// <summary>A word, or white space that belongs together.</summary>
    None,

    /// <summary>Two words.</summary>
    Words,

    /// <summary>Two sentences.</summary>
    Sentence,

    /// <summary>Two lines.</summary>
    Line,

    /// <summary>Two paragraphs.</summary>
    Paragraph,
}

/// <summary>Tells what a cut would divide. White space stays before the cut, but for the indentation of a line.</summary>
internal static class CutKinds
{
    private const string SentenceEnds = ".!?…。！？";
    private const string Closing = "\"'”’»)]」』）";

    /// <summary>What a cut would divide. Behind <paramref name="most"/> nothing is read but one character.</summary>
    public static CutKind Of(string text, int cut, int most)
    {
        var (before, after) = (text[cut - 1], text[cut]);
        if (before == '\n')
            return OfLines(text, cut, most);
        // A line break that no longer fits does no harm: the platform trims it off the next part.
        if (after == '\n' && cut == most)
            return CutKind.Line;
        if (char.IsWhiteSpace(after))
            return CutKind.None;
        if (char.IsWhiteSpace(before))
            return OfWords(text, cut);

        // Scripts that put no space behind a sentence.
        return before is '。' or '！' or '？' && !Closing.Contains(after) && !SentenceEnds.Contains(after) && BeginsCharacter(text, cut)
            ? CutKind.Sentence
            : CutKind.None;
    }

    private static CutKind OfLines(string text, int cut, int most)
    {
        // Of several line breaks the last one counts.
        for (var i = cut; i < most && char.IsWhiteSpace(text[i]); i++)
        {
            if (text[i] == '\n')
                return CutKind.None;
        }

        for (var i = cut - 2; i >= 0 && char.IsWhiteSpace(text[i]); i--)
        {
            if (text[i] == '\n')
                return CutKind.Paragraph;
        }

        return CutKind.Line;
    }

    private static CutKind OfWords(string text, int cut)
    {
        var end = cut;
        for (; end > 0 && char.IsWhiteSpace(text[end - 1]); end--)
        {
            if (text[end - 1] == '\n')
                return CutKind.None;
        }

        if (!BeginsCharacter(text, cut))
            return CutKind.None;
        return EndsSentence(text, end) ? CutKind.Sentence : CutKind.Words;
    }

    // "3. " numbers an item rather than ending a sentence.
    private static bool EndsSentence(string text, int end)
    {
        var last = end - 1;
        if (last > 0 && Closing.Contains(text[last]))
            last--;
        return last >= 0 && SentenceEnds.Contains(text[last]) && !(text[last] == '.' && last > 0 && char.IsAsciiDigit(text[last - 1]));
    }

    private static bool BeginsCharacter(string text, int cut) =>
        StringInfo.GetNextTextElementLength(text.AsSpan(cut - 1, Math.Min(3, text.Length - cut + 1))) == 1;
}

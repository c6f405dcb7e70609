using System.Globalization;

namespace Bus.Ingress.Delivery;

/// <summary>Finds where to cut text: between paragraphs, lines, sentences, words, characters, in this order.</summary>
/// <param name="text">All of it.</param>
/// <param name="code">The blocks of code in it, in order.</param>
internal sealed class CutFinder(string text, IReadOnlyList<TextSpan> code)
{
    // How full a part has to be for a cut that reads better than a later one; before and in code less will do.
    private const double FillOfText = 1 / 2d;
    private const double LeastFill = 1 / 4d;

    /// <summary>The end of the part that begins at <paramref name="start"/>.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="first">Its first visible character. The part ends behind it.</param>
    /// <param name="most">Where it ends at the latest, before the end of the text.</param>
    public int Find(int start, int first, int most)
    {
        var least = Math.Max(first + 1, start + (int)((most - start) * LeastFill));
        var full = start + (int)((most - start) * FillOfText);
        var fullBeforeCode = IsInCode(most) ? least : full;

        int line = -1, sentence = -1, codeLine = -1, words = -1;
        for (var cut = most; cut >= least; cut--)
        {
            var kind = CutKinds.Of(text, cut, most);
            if (kind == CutKind.None)
                continue;
            if (IsInCode(cut))
                codeLine = kind >= CutKind.Line ? Math.Max(codeLine, cut) : codeLine;
            else if (kind == CutKind.Paragraph && cut >= fullBeforeCode)
                return cut;
            else if (kind >= CutKind.Line && cut >= fullBeforeCode)
                line = Math.Max(line, cut);
            else if (kind >= CutKind.Sentence && cut >= full)
                sentence = Math.Max(sentence, cut);
            else
                words = Math.Max(words, cut);
        }

        int[] byRank = [line, sentence, codeLine, words];
        var best = Array.Find(byRank, cut => cut > 0);
        return best > 0 ? best : CutCharacters(start, first, most);
    }

    private bool IsInCode(int offset)
    {
        // The last block that begins before it.
        int low = 0, high = code.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (code[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low > 0 && code[low - 1].End > offset;
    }

    // Whole characters as people see them; of one that is longer than a part, as much as fits.
    private int CutCharacters(int start, int first, int most)
    {
        var seen = Math.Min(text.Length, most + 2);
        var best = -1;
        for (var cut = start; cut < most;)
        {
            cut += StringInfo.GetNextTextElementLength(text.AsSpan(cut, seen - cut));
            if (cut > first && cut <= most)
                best = cut;
        }

        if (best > 0)
            return best;
        return char.IsSurrogatePair(text[most - 1], text[most]) ? most - 1 : most;
    }
}

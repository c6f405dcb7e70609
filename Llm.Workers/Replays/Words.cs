using System.Globalization;

namespace Bus.Llm.Replays;

/// <summary>A word of a text with the space after it.</summary>
/// <param name="Id">The same for the same word.</param>
/// <param name="Length">In UTF-16 code units.</param>
internal readonly record struct Word(int Id, int Length);

/// <summary>
/// Splits texts into what is compared: runs of letters and digits, and everything else character by character, so also scripts that
/// put no spaces between words. No character is cut in two.
/// </summary>
internal static class Words
{
    /// <summary>From here on (CJK, kana, Hangul) a letter is a word.</summary>
    private const char FirstIdeograph = '\u2E80';

    /// <summary>The words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">The words known so far; new ones are added.</param>
    public static List<Word> Of(string text, Dictionary<string, int> ids)
    {
        var words = new List<Word>();
        var known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start < text.Length;)
        {
            var end = End(text, start);
            var word = text.AsSpan(start, end - start);
            if (!known.TryGetValue(word, out var id))
                known[word] = id = ids.Count;
            words.Add(new Word(id, word.Length));
            start = end;
        }

        return words;
    }

    private static int End(string text, int start)
    {
        var end = start + (char.IsSurrogatePair(text, start) ? 2 : 1);
        var inWord = IsOfWord(text[start]);
        while (end < text.Length && ((inWord && IsOfWord(text[end])) || IsMark(text[end])))
            end++;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
            end++;
        return end;
    }

    private static bool IsOfWord(char c) => c < FirstIdeograph && (char.IsLetterOrDigit(c) || c == '_');

    private static bool IsMark(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

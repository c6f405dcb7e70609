using System.Text;

namespace Bus.Ingress.Delivery;

/// <summary>Text without what a platform refuses or shows as rubbish.</summary>
internal static class CleanText
{
    private const int MostNewLines = 3;
    private const char Replacement = '\uFFFD';

    /// <summary>Without control characters but line breaks and tabs, without halves of surrogate pairs and heaps of empty lines.</summary>
    public static string Of(string text)
    {
        var clean = new StringBuilder(text.Length);
        var newLines = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\r')
            {
                if (i + 1 < text.Length && text[i + 1] == '\n')
                    continue;
                character = '\n';
            }

            newLines = character == '\n' ? newLines + 1 : 0;
            if (newLines > MostNewLines)
                continue;
            if (IsBroken(text, i))
                clean.Append(Replacement);
            else if (!IsControl(character))
                clean.Append(character);
        }

        return clean.ToString();
    }

    /// <summary>The same for text with offsets into it: nothing moves.</summary>
    public static string InPlace(StringBuilder text)
    {
        var clean = text.ToString().ToCharArray();
        for (var i = 0; i < clean.Length; i++)
        {
            if (IsControl(clean[i]) || IsBroken(clean, i))
                clean[i] = Replacement;
        }

        return new string(clean);
    }

    private static bool IsControl(char character) => character < ' ' && character is not ('\n' or '\t');

    // NUL is among them: CommonMark puts the replacement character in its place, and other controls are only left out.
    private static bool IsBroken(ReadOnlySpan<char> text, int i) => text[i] switch
    {
        '\0' => true,
        var character when char.IsHighSurrogate(character) => i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]),
        var character when char.IsLowSurrogate(character) => i == 0 || !char.IsHighSurrogate(text[i - 1]),
        _ => false,
    };
}

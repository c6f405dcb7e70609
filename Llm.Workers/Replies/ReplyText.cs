using System.Text;

namespace Bus.Llm;

/// <summary>
/// The text of a reply as it grows. Holds whole characters only: half a surrogate pair waits for its other half, and what
/// has none, or cannot be kept in PostgreSQL (U+0000), becomes a replacement character.
/// </summary>
internal sealed class ReplyText(int longest)
{
    private const char Replacement = '\uFFFD';

    private readonly StringBuilder text = new();
    private char? half;

    public int Length => text.Length;

    /// <summary>Adds a piece; false when the text is as long as it may be.</summary>
    public bool Add(string piece)
    {
        if (half is null && IsPlain(piece))
            text.Append(piece);
        else
            AddOneByOne(piece);

        if (text.Length <= longest)
            return true;
        text.Length = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        half = null;
        return false;
    }

    /// <summary>No more pieces come.</summary>
    public void End()
    {
        if (half is not null)
            text.Append(Replacement);
        half = null;
    }

    public string From(int offset) => text.ToString(offset, text.Length - offset);

    public override string ToString() => text.ToString();

    private static bool IsPlain(string piece) => !piece.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !piece.Contains('\0');

    private void AddOneByOne(string piece)
    {
        foreach (var unit in piece)
        {
            if (char.IsLowSurrogate(unit) && half is { } high)
            {
                text.Append(high).Append(unit);
                half = null;
                continue;
            }

            End();
            if (char.IsHighSurrogate(unit))
                half = unit;
            else
                text.Append(char.IsLowSurrogate(unit) || unit == '\0' ? Replacement : unit);
        }
    }
}

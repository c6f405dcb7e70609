using System.Globalization;

namespace Bus.Contracts;

/// <summary>Some turns of a session, one after the other.</summary>
/// <param name="First">The number of the first, counted from 1.</param>
/// <param name="Last">The number of the last.</param>
public sealed record TurnRange(int First, int Last)
{
    /// <summary>What a text must be, as the rest of a sentence.</summary>
    public const string Rule = "must be the number of a turn, or two as in 3-7, counted from 1.";

    /// <summary>Reads <c>3</c> or <c>3-7</c>; null when it is neither (<see cref="Rule"/>).</summary>
    public static TurnRange? Parse(string text)
    {
        var parts = text.Split('-');
        return parts.Length <= 2 && Number(parts[0]) is { } first && Number(parts[^1]) is { } last && first <= last
            ? new TurnRange(first, last)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static int? Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}

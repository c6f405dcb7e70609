using System.Globalization;

namespace Bus.Bench;

/// <summary>The options of a measurement, read from left to right.</summary>
internal sealed class Arguments(IReadOnlyList<string> words, string usage)
{
    private int read;

    /// <summary>The next option; false at the end.</summary>
    public bool Next(out string option)
    {
        var any = read < words.Count;
        option = any ? words[read++] : "";
        return any;
    }

    public int Number(int least, int most) => Parsed(Value(), least, most);

    public int[] Numbers(int least, int most) => [.. Value().Split(',').Select(text => Parsed(text, least, most))];

    public string[] Words(IReadOnlyCollection<string> known) => [.. Value().Split(',').Select(word =>
        known.Contains(word) ? word : throw new BenchException($"'{word}' is none of: {string.Join(", ", known)}."))];

    public BenchException Unknown(string option) => new($"There is no option '{option}'. Usage: {usage}");

    private string Value() => read < words.Count ? words[read++] : throw new BenchException($"{words[read - 1]} needs a value.");

    private static int Parsed(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new BenchException($"'{text}' is no number from {least} to {most}.");
}

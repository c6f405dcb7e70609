using System.Globalization;
using System.Text.Json;

namespace Bus.Contracts;

/// <summary>What bots say by themselves, in several languages (<c>Texts/*.json</c>).</summary>
/// <param name="language">The language: one of <see cref="Languages"/>.</param>
public sealed class Texts(string language)
{
    /// <summary>One of <see cref="Languages"/>.</summary>
    public string Language => language;

    /// <summary>The language of whoever has another than these.</summary>
    public const string Usual = "en";

    /// <summary>The languages there are.</summary>
    public static IReadOnlyList<string> Languages { get; } = [Usual, "ru", "zh"];

    private static readonly Dictionary<string, Dictionary<string, string>> All = Languages.ToDictionary(language => language, Read, StringComparer.Ordinal);

    /// <summary>The texts for somebody.</summary>
    /// <param name="wanted">The language that is set, or that the platform tells, as IETF tag; null when nobody knows.</param>
    public static Texts For(string? wanted)
    {
        var language = wanted?.Split('-', '_')[0].ToLowerInvariant();
        return new Texts(language is not null && All.ContainsKey(language) ? language : Usual);
    }

    /// <summary>A text.</summary>
    public string this[string name] => All[Language][name];

    /// <summary>A text that may not be there; null when it is not.</summary>
    public string? Find(string name) => All[Language].GetValueOrDefault(name);

    /// <summary>A text with something in its gaps.</summary>
    public string Of(string name, params object[] values) => Fill(this[name], values);

    /// <summary>Puts something into the gaps of a text.</summary>
    public static string Fill(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>The names of the texts of a language.</summary>
    public static IReadOnlyCollection<string> Names(string language) => All[language].Keys;

    private static Dictionary<string, string> Read(string language)
    {
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"Bus.Contracts.Texts.{language}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
    }
}

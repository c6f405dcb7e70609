using Microsoft.Extensions.Configuration;

namespace Bus.Llm.Catalog;

/// <summary>The currency in which is reckoned what models cost (<c>BASE_CURRENCY</c>).</summary>
/// <param name="Code">As ISO 4217 names it.</param>
internal sealed record BaseCurrency(string Code)
{
    private const string Setting = "BASE_CURRENCY";

    /// <summary>What is set; US dollars when nothing is.</summary>
    /// <exception cref="InvalidOperationException">It is no currency.</exception>
    public static BaseCurrency From(IConfiguration configuration)
    {
        var code = configuration.Text(Setting) ?? "USD";
        return IsCurrency(code) ? new BaseCurrency(code) : throw new InvalidOperationException($"{Setting} must be three capital letters, as USD, not '{code}'.");
    }

    /// <summary>It is written as a currency is.</summary>
    public static bool IsCurrency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper);
}

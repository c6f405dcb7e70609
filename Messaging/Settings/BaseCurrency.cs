using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Messaging;

/// <summary>The currency that all sums of money are in; prices in others say what one of them is in this one.</summary>
/// <param name="Code">As ISO 4217 names it.</param>
public sealed record BaseCurrency(string Code)
{
    private const string Setting = "BASE_CURRENCY";

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is no name of a currency.</exception>
    public static BaseCurrency From(IConfiguration configuration) => configuration[Setting]?.Trim() switch
    {
        null or "" => new BaseCurrency("USD"),
        var code when IsCode(code) => new BaseCurrency(code),
        var code => throw new InvalidOperationException($"{Setting} must be three capital letters, as USD, not '{code}'."),
    };

    /// <summary>It may be the name of a currency.</summary>
    public static bool IsCode(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);
}

/// <summary>Adds the currency to modules.</summary>
public static class BaseCurrencyExtensions
{
    /// <inheritdoc cref="BaseCurrency"/>
    public static IHostApplicationBuilder AddBaseCurrency(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(BaseCurrency.From(builder.Configuration));
        return builder;
    }
}

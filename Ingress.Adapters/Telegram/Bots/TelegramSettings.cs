using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bus.Ingress.Settings;
using Microsoft.Extensions.Configuration;

namespace Bus.Ingress.Telegram.Bots;

/// <summary>How Telegram is set up (docs/telegram.md).</summary>
/// <param name="Tokens">The tokens of the bots (<c>TELEGRAM_BOT_TOKEN</c>, separated by commas; else <c>BOT_TOKEN</c>, when it is one of Telegram's).</param>
/// <param name="Server">The server (<c>TELEGRAM_API_URL</c>).</param>
/// <param name="Webhook">Where Telegram reaches us from outside (<c>TELEGRAM_WEBHOOK_URL</c>); null when updates are asked for.</param>
/// <param name="Secret">What comes with each call of a webhook (<c>TELEGRAM_WEBHOOK_SECRET</c>); null makes one from each token.</param>
/// <param name="Given">Settings for all places.</param>
internal sealed partial record TelegramSettings(IReadOnlyList<string> Tokens, Uri Server, Uri? Webhook, string? Secret, PlaceSettings Given)
{
    private static readonly Uri Official = new("https://api.telegram.org/");

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong; the message never holds a token.</exception>
    public static TelegramSettings From(IConfiguration configuration) => new(
        TokensOf(configuration),
        GivenValues.Address(configuration, "TELEGRAM_API_URL") ?? Official,
        GivenValues.Address(configuration, "TELEGRAM_WEBHOOK_URL"),
        SecretOf(configuration),
        GivenValues.Settings(configuration, "TELEGRAM"));

    /// <summary>The number of a bot, which is no secret: what stands before the colon of its token.</summary>
    public static long BotId(string token) => long.Parse(token.AsSpan(0, token.IndexOf(':', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What comes with each call of a bot's webhook.</summary>
    public string SecretFor(string token) =>
        Secret ?? Derived(token, "webhook");

    /// <summary>What proves that a button is ours; the same in all processes.</summary>
    public static string ButtonKeyFor(string token) => Derived(token, "buttons");

    /// <summary>Without tokens and secret.</summary>
    public override string ToString() => $"{Tokens.Count} bots at {Server.Host}";

    private static string Derived(string token, string use) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(use)));

    private static string[] TokensOf(IConfiguration configuration)
    {
        var given = configuration["TELEGRAM_BOT_TOKEN"];
        if (string.IsNullOrWhiteSpace(given))
            return configuration["BOT_TOKEN"]?.Trim() is { } shared && Token().IsMatch(shared) ? [shared] : []; // else it is one of Discord's
        var tokens = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.FindIndex(tokens, token => !Token().IsMatch(token)) is >= 0 and var wrong)
            throw new InvalidOperationException($"TELEGRAM_BOT_TOKEN: number {wrong + 1} is no token of a bot. @BotFather gives them; they look like 123456:ABC-DEF.");
        return tokens.Select(BotId).Distinct().Count() == tokens.Length
            ? tokens
            : throw new InvalidOperationException("TELEGRAM_BOT_TOKEN names a bot twice.");
    }

    private static string? SecretOf(IConfiguration configuration)
    {
        var given = configuration["TELEGRAM_WEBHOOK_SECRET"];
        if (string.IsNullOrWhiteSpace(given))
            return null;
        return WebhookSecret().IsMatch(given)
            ? given
            : throw new InvalidOperationException("TELEGRAM_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -.");
    }

    [GeneratedRegex("^[0-9]{1,18}:[A-Za-z0-9_-]{3,100}$")]
    private static partial Regex Token();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,256}$")]
    private static partial Regex WebhookSecret();
}

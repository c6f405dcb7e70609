using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bus.Contracts;
using Bus.Ingress.Settings;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Ingress.Discord.Bots;

/// <summary>How Discord is set up (docs/discord.md).</summary>
/// <param name="Tokens">The tokens of the bots (<c>DISCORD_BOT_TOKEN</c>, separated by commas; else <c>BOT_TOKEN</c>, when it is one of Discord's).</param>
/// <param name="Server">The server (<c>DISCORD_API_URL</c>).</param>
/// <param name="Shards">How many connections share a bot's guilds (<c>DISCORD_SHARDS</c>); 0 leaves that to Discord.</param>
/// <param name="Given">Settings for all places.</param>
internal sealed partial record DiscordSettings(IReadOnlyList<string> Tokens, Uri Server, int Shards, PlaceSettings Given)
{
    private static readonly Uri Official = new("https://discord.com/api/");

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong; the message never holds a token.</exception>
    public static DiscordSettings From(IConfiguration configuration) => new(
        TokensOf(configuration),
        GivenValues.Address(configuration, "DISCORD_API_URL") ?? Official,
        configuration.Number(Limits.DiscordShards),
        GivenValues.Settings(configuration, "DISCORD") with
        {
            AllowRoles = GivenValues.List(configuration, "DISCORD_ALLOWED_ROLES"),
            BlockRoles = GivenValues.List(configuration, "DISCORD_BLOCKED_ROLES"),
        });

    /// <summary>The id of a bot, which is no secret: the first part of its token, in base64.</summary>
    /// <returns>The id; null when the token has none.</returns>
    public static string? BotId(string token)
    {
        Span<byte> id = stackalloc byte[64];
        var part = token.AsSpan(0, Math.Max(token.IndexOf('.', StringComparison.Ordinal), 0));
        return part.Length is > 0 and < 64 && Base64Url.TryDecodeFromChars(part, id, out var length)
            && long.TryParse(id[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>What proves that a button is ours; the same in all processes.</summary>
    public static string ButtonKeyFor(string token) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "buttons"u8));

    /// <summary>Without tokens.</summary>
    public override string ToString() => $"{Tokens.Count} bots at {Server.Host}";

    private static string[] TokensOf(IConfiguration configuration)
    {
        var given = configuration["DISCORD_BOT_TOKEN"];
        if (string.IsNullOrWhiteSpace(given))
            return configuration["BOT_TOKEN"]?.Trim() is { } shared && IsToken(shared) ? [shared] : []; // else it is one of Telegram's
        var tokens = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.FindIndex(tokens, token => !IsToken(token)) is >= 0 and var wrong)
        {
            throw new InvalidOperationException(
                $"DISCORD_BOT_TOKEN: number {wrong + 1} is no token of a bot. https://discord.com/developers/applications gives them, under Bot; they have three parts with dots between them.");
        }

        return tokens.Select(BotId).Distinct().Count() == tokens.Length
            ? tokens
            : throw new InvalidOperationException("DISCORD_BOT_TOKEN names a bot twice.");
    }

    private static bool IsToken(string text) => Token().IsMatch(text) && BotId(text) is not null;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{3,60}\.[A-Za-z0-9_-]{3,60}\.[A-Za-z0-9_-]{3,100}$")]
    private static partial Regex Token();
}

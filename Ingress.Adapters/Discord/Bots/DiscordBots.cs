using System.Globalization;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Ingress.Discord.Bots;

/// <summary>The bots of this deployment, and the one way to Discord that they share.</summary>
internal sealed class DiscordBots : IDisposable
{
    private readonly PlatformHttp http;
    private readonly Dictionary<string, DiscordBot> bots;

    /// <summary>No bot, when no token is set.</summary>
    public DiscordBots(DiscordSettings settings, NpgsqlDataSource database, TimeProvider time, ILogger<DiscordBots> log)
    {
        http = Http(time);
        var invalid = new InvalidRequests(time);
        bots = settings.Tokens.Select(Bot).ToDictionary(bot => bot.Name, StringComparer.Ordinal);

        DiscordBot Bot(string token)
        {
            var name = DiscordSettings.BotId(token)!;
            var all = new GlobalLimit(long.Parse(name, CultureInfo.InvariantCulture), database, time, log);
            return new DiscordBot(name, token, DiscordSettings.ButtonKeyFor(token), new DiscordApi(http, settings.Server, token, invalid, all, time));
        }
    }

    /// <summary>A way to Discord, which refuses whoever does not say so who calls.</summary>
    public static PlatformHttp Http(TimeProvider time) =>
        new("Discord", time, (problem, message, inner) => new DiscordException(problem, message, inner))
        {
            UserAgent = $"DiscordBot (https://example.org/bus, {typeof(DiscordBots).Assembly.GetName().Version?.ToString(3)})",
        };

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<DiscordBot> All => bots.Values;

    /// <summary>One of them; null when it is none of ours.</summary>
    public DiscordBot? Find(string name) => bots.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

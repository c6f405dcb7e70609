using System.Net;
using Bus.Contracts;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Bots;

/// <summary>The bots of this deployment, and the one way to Telegram that they share.</summary>
internal sealed class TelegramBots : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Limits.LongestConnect,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null, // addresses hold tokens, and a span would show them
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly Dictionary<string, TelegramBot> bots;

    /// <summary>No bot, when no token is set.</summary>
    public TelegramBots(TelegramSettings settings, TimeProvider time) => bots = settings.Tokens
        .Select(token => new TelegramBot(
            TelegramSettings.BotId(token), settings.SecretFor(token), TelegramSettings.ButtonKeyFor(token), new TelegramApi(http, settings.Server, token, time)))
        .ToDictionary(bot => bot.Name, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<TelegramBot> All => bots.Values;

    /// <summary>One of them; null when it is none of ours.</summary>
    public TelegramBot? Find(string name) => bots.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

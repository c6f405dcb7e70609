using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Bots;

/// <summary>The bots of this deployment, and the one way to Telegram that they share.</summary>
internal sealed class TelegramBots : IDisposable
{
    private readonly PlatformHttp http;
    private readonly Dictionary<string, TelegramBot> bots;

    /// <summary>No bot, when no token is set.</summary>
    public TelegramBots(TelegramSettings settings, TimeProvider time)
    {
        http = Http(time);
        bots = settings.Tokens
            .Select(token => new TelegramBot(
                TelegramSettings.BotId(token), settings.SecretFor(token), TelegramSettings.ButtonKeyFor(token), new TelegramApi(http, settings.Server, token)))
            .ToDictionary(bot => bot.Name, StringComparer.Ordinal);
    }

    /// <summary>A way to Telegram.</summary>
    public static PlatformHttp Http(TimeProvider time) =>
        new("Telegram", time, (problem, message, inner) => new TelegramException(problem, message, inner)) { UserAgent = "Bus" };

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<TelegramBot> All => bots.Values;

    /// <summary>One of them; null when it is none of ours.</summary>
    public TelegramBot? Find(string name) => bots.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

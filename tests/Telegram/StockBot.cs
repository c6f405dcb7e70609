using Bus.Fakes.Telegram;
using Bus.Tests.Support;

namespace Bus.Tests.Telegram;

/// <summary>The bot of <c>tests/clients/telegram</c>.</summary>
internal static class StockBot
{
    /// <summary>Starts it and waits until it listens: by polling, or for a webhook on a free port when there is a secret.</summary>
    public static Task<StockClient> Start(FakeBot bot, string? secret = null) =>
        StockClient.Start("telegram/bot.mjs", [bot.Telegram.Url.AbsoluteUri.TrimEnd('/'), bot.Token, .. secret is null ? Array.Empty<string>() : ["0", secret]]);
}

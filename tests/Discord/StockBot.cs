using System.Text.Json;
using Bus.Fakes.Discord;
using Bus.Tests.Support;

namespace Bus.Tests.Discord;

/// <summary>The bot of <c>tests/clients/discord</c>.</summary>
internal static class StockBot
{
    /// <summary>Starts it and waits until it listens and has its commands.</summary>
    public static Task<StockClient> Start(FakeBot bot, object? settings = null) => StockClient.Start("discord/bot.mjs", Arguments(bot, settings));

    public static StockClient Launch(FakeBot bot, object? settings = null) => StockClient.Launch("discord/bot.mjs", Arguments(bot, settings));

    private static string[] Arguments(FakeBot bot, object? settings) => [bot.Discord.Url.AbsoluteUri, bot.Token, JsonSerializer.Serialize(settings ?? new { })];
}

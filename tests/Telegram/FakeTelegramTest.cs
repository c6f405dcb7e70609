using Bus.Fakes.Telegram;
using Xunit;

namespace Bus.Tests.Telegram;

/// <summary>A bot, a person and a chat of the two.</summary>
public abstract class FakeTelegramTest : IAsyncLifetime
{
    internal const string Token = "4242:AAF-test_token";

    internal static readonly FakeUser Ann = new(100, "Ann", "Smith", "ann", "en");
    internal static readonly FakeUser Ben = new(101, "Ben");

    internal FakeTelegram Telegram { get; private set; } = null!;

    internal FakeBot Bot { get; private set; } = null!;

    internal FakeChat Chat { get; private set; } = null!;

    internal BotClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Telegram = await FakeTelegram.Start();
        Bot = Telegram.AddBot(Token, "bus_bot");
        Chat = Bot.PrivateChat(Ann);
        Client = new BotClient(Bot);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await Telegram.DisposeAsync();
    }
}

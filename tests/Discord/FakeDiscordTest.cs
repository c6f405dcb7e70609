using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A bot, a guild with a channel, and people.</summary>
public abstract class FakeDiscordTest : IAsyncLifetime
{
    internal const string Token = "MTIz.test.token";

    internal static readonly FakeUser Ann = new(100, "ann", "Ann", "en-GB");
    internal static readonly FakeUser Ben = new(101, "ben", "Ben");

    internal FakeDiscord Discord { get; private set; } = null!;

    internal FakeBot Bot { get; private set; } = null!;

    internal FakeGuild Guild { get; private set; } = null!;

    internal FakeChannel Channel { get; private set; } = null!;

    internal RestClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Discord = await FakeDiscord.Start(time: Time);
        Bot = Discord.AddBot(Token, "bus");
        Guild = Discord.AddGuild("Home");
        Channel = Guild.AddChannel("general");
        Client = new RestClient(Bot);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await Discord.DisposeAsync();
    }

    internal virtual TimeProvider? Time => null;
}

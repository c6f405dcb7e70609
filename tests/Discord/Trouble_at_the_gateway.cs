using System.Text.Json.Nodes;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>Trouble that ends what is listened to, for a while or for good: each has a process of its own.</summary>
public sealed class Trouble_at_the_gateway : IAsyncLifetime
{
    private FakeDiscord discord = null!;
    private FakeBot bot = null!;
    private TestSystem? system;

    public async ValueTask InitializeAsync()
    {
        discord = await FakeDiscord.Start();
        discord.Gateway.IdentifyPause = TimeSpan.FromMilliseconds(100);
        bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        await discord.DisposeAsync();
    }

    [Fact]
    public async Task Should_not_use_up_its_sessions_when_each_is_invalid()
    {
        await Listen();
        discord.Gateway.IdentifyPause = TimeSpan.FromSeconds(12); // whoever begins earlier is told that the session is invalid
        discord.Gateway.Invalidate(resumable: false);
        await discord.Until(_ => discord.Gateway.Identifies.Count(identify => identify.Outcome == "READY") == 2);
        Assert.InRange(discord.Gateway.Identifies.Count, 3, 6);

        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        chat.Say("hello");
        await chat.Until(now => now.Answers.Count == 1);
    }

    [Fact]
    public async Task Should_leave_a_gateway_that_does_not_answer_any_more()
    {
        discord.Gateway.HeartbeatInterval = TimeSpan.FromSeconds(1);
        var host = await Listen();
        await discord.Until(_ => discord.Gateway.Heartbeats.Count > 1);
        discord.Gateway.StopsAcknowledging = true;
        await host.Line("no heartbeat was answered");
        discord.Gateway.StopsAcknowledging = false;

        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        chat.Say("hello");
        await chat.Until(now => now.Answers.Count == 1);
        Assert.Contains(discord.Gateway.Closes, close => close is { IsByClient: true, Code: 4200 });
    }

    [Theory]
    [InlineData(4004, "Discord does not know the token")]
    [InlineData(4010, "the shard is invalid")]
    [InlineData(4013, "does not know what the bot asks to be told")]
    public async Task Should_stop_with_a_clear_word_where_going_on_is_in_vain(int code, string word)
    {
        var host = await Listen();
        discord.Gateway.Close(code);
        await host.Line(word);
        Assert.Single(discord.Gateway.Identifies);
        Assert.True((await host.Http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Should_say_which_switch_is_off_when_it_may_not_read_messages()
    {
        bot.Allows = Intents.None;
        system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var host = await system.AddProcess();
        await host.Line("Message Content Intent");
        Assert.Single(discord.Gateway.Identifies);
    }

    [Fact]
    public async Task Should_say_that_the_token_is_wrong()
    {
        discord.Revoke(bot);
        system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var host = await system.AddProcess();
        await host.Line("Discord does not know the token");
        Assert.DoesNotContain(bot.Token, host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_open_more_shards_when_Discord_wants_more()
    {
        (discord.Gateway.RequiredShards, discord.Gateway.MaxConcurrency) = (2, 2);
        await Listen();
        await discord.Until(_ => discord.Gateway.Live(bot) == 2);
    }

    [Fact]
    public async Task Should_begin_no_session_when_none_is_left()
    {
        (discord.Gateway.SessionStartsLeft, discord.Gateway.SessionStartsResetAfter) = (0, TimeSpan.FromSeconds(2));
        system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var host = await system.AddProcess();
        await host.Line("as many sessions as Discord allows");
        Assert.Empty(discord.Gateway.Identifies);
        discord.Gateway.SessionStartsLeft = 10;
        await host.Line("listens to Discord");
    }

    [Fact]
    public async Task Should_bear_what_it_does_not_know_and_messages_in_pieces()
    {
        discord.Gateway.SplitsFrames = true;
        var host = await Listen();
        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        discord.Gateway.SendEvent("SOMETHING_NEW", new JsonObject { ["x"] = 1 });
        discord.Gateway.SendEvent("MESSAGE_CREATE", []);
        discord.Gateway.SendEvent("MESSAGE_CREATE", new JsonObject { ["id"] = null, ["channel_id"] = null, ["author"] = null, ["content"] = null });
        discord.Gateway.SendEvent("MESSAGE_CREATE", new JsonObject { ["id"] = "x", ["channel_id"] = "y", ["author"] = new JsonArray(), ["content"] = 5 });
        discord.Gateway.SendEvent("MESSAGE_DELETE", []);
        discord.Gateway.SendEvent("GUILD_CREATE", new JsonObject { ["id"] = "12", ["unavailable"] = true });
        discord.Gateway.SendEvent("INTERACTION_CREATE", []);
        discord.Gateway.SendRaw("""{"op":99,"d":null}""");
        discord.Gateway.SendRaw("""{"op":11}""");
        chat.Say("hello");

        await chat.Until(now => now.Answers.Count == 1);
        Assert.Single(discord.Gateway.Identifies);
        Assert.DoesNotContain("cannot be taken in", host.Output, StringComparison.Ordinal);
    }

    private async Task<HostProcess> Listen()
    {
        system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var host = await system.AddProcess();
        await host.Line("listens to Discord");
        return host;
    }
}

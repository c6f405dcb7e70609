using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A client that was not made for the fake does in trouble as it does with Discord.</summary>
public sealed class A_stock_client_in_trouble : FakeDiscordTest
{
    [Fact]
    public async Task Should_hear_after_a_cut_what_was_said_meanwhile()
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Gateway.RefusesConnections = true;
        Discord.Gateway.CutAll();
        Channel.Say(Ann, "Are you there?");
        Discord.Gateway.RefusesConnections = false;

        await Channel.Shows("Are you there?");
        // It counts the word that it has all as well.
        await stock.Says("resumed 0, 2 replayed");
        var resume = Assert.Single(Discord.Gateway.Resumes);
        Assert.True(resume is { Outcome: "RESUMED", IsAtResumeUrl: true }, $"{resume}");
        Assert.Single(Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task Should_come_back_when_asked_to()
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Gateway.AskToReconnect();

        await stock.Says("resumed 0, 1 replayed");
        Assert.Equal((4200, true), Assert.Single(Discord.Gateway.Closes) is var close ? (close.Code, close.IsByClient) : default);
    }

    [Fact]
    public async Task Should_go_on_on_the_same_connection_when_the_session_is_only_interrupted()
    {
        await using var stock = await StockBot.Start(Bot);
        var connection = Assert.Single(Discord.Gateway.Connections);
        Discord.Gateway.Invalidate(resumable: true);

        await stock.Says("resumed 0");
        Assert.Equal((2, "RESUMED"), Assert.Single(Discord.Gateway.Resumes) is var resume ? (resume.Sequence, resume.Outcome) : default);
        Assert.Equal(connection.Number, Assert.Single(Discord.Gateway.Connections).Number);
    }

    [Theory]
    [InlineData("op 9")]
    [InlineData("1000")]
    [InlineData("4007")]
    [InlineData("forgotten")]
    public async Task Should_begin_anew_when_the_session_is_gone(string why)
    {
        Discord.Gateway.IdentifyPause = TimeSpan.Zero;
        await using var stock = await StockBot.Start(Bot);
        if (why == "op 9")
            Discord.Gateway.Invalidate(resumable: false);
        else if (why == "forgotten")
            (Discord.Gateway.SessionLifetime, _) = (TimeSpan.Zero, Cut());
        else
            Discord.Gateway.Close(int.Parse(why, System.Globalization.CultureInfo.InvariantCulture));

        await Discord.Until(discord => discord.Gateway.Identifies.Count(identify => identify.Outcome == "READY") == 2);
        await Discord.Until(discord => discord.Gateway.Live(Bot) == 1);
        Channel.Say(Ann, "Hello again");
        await Channel.Shows("Hello again");
        Assert.Equal(why == "forgotten" ? ["op 9"] : [], Discord.Gateway.Resumes.Select(resume => resume.Outcome));
    }

    [Fact]
    public async Task Should_notice_a_gateway_that_stalls()
    {
        Discord.Gateway.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        await using var stock = await StockBot.Start(Bot);
        await Discord.Until(discord => discord.Gateway.Heartbeats.Count > 0);

        Discord.Gateway.StopsAcknowledging = true;
        Channel.Say(Ann, "Hello?");
        await Discord.Until(discord => discord.Gateway.Closes.Any(close => close is { Code: 4200, Reason: "Zombie connection" }));
        Assert.Empty(Channel.Answers);

        Discord.Gateway.StopsAcknowledging = false;
        await Channel.Shows("Hello?");
    }

    [Fact]
    public async Task Should_give_a_sign_of_life_when_asked_for_one()
    {
        await using var stock = await StockBot.Start(Bot);
        var before = Discord.Gateway.Heartbeats.Count;
        Discord.Gateway.AskForHeartbeat();

        await Discord.Until(discord => discord.Gateway.Heartbeats.Count > before);
        Assert.Equal(2, Discord.Gateway.Heartbeats[^1].Sequence);
    }

    [Fact]
    public async Task Should_end_when_the_token_is_worthless()
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Revoke(Bot);

        await stock.Says("disconnected 0: 4004");
        await using var next = StockBot.Launch(Bot);
        await next.Says("ended: ");
        Assert.Equal(401, Discord.Calls[^1].Status);
    }

    [Fact]
    public async Task Should_end_when_it_asks_for_more_than_is_allowed()
    {
        Bot.Allows = Intents.None;
        await using var stock = StockBot.Launch(Bot);

        await stock.Says("Used disallowed intents");
        Assert.Equal("4014", Assert.Single(Discord.Gateway.Identifies).Outcome);
    }

    [Fact]
    public async Task Should_understand_what_is_packed_and_torn_apart()
    {
        Discord.Gateway.SplitsFrames = true;
        await using var stock = await StockBot.Start(Bot, new { compress = true });
        Channel.Say(Ann, "Größe 😀");

        await Channel.Shows("Größe 😀");
    }

    [Fact]
    public async Task Should_begin_with_as_many_shards_as_are_recommended()
    {
        (Discord.Gateway.RecommendedShards, Discord.Gateway.RequiredShards, Discord.Gateway.MaxConcurrency) = (2, 2, 2);
        var other = Discord.AddGuild("Abroad", Guild.Id ^ (1 << 22));
        var abroad = other.AddChannel("abroad");
        await using var stock = await StockBot.Start(Bot);

        Channel.Say(Ann, "Here");
        abroad.Say(Ann, "There");
        await Channel.Shows("Here");
        await abroad.Shows("There");
        Assert.Equal((1, 1), (Discord.Gateway.Live(Bot, 0), Discord.Gateway.Live(Bot, 1)));
    }

    [Fact]
    public async Task Should_stop_for_good()
    {
        await using var stock = await StockBot.Start(Bot);
        await stock.Terminate();

        await stock.Says("stopped");
        await Discord.Until(discord => discord.Gateway.Closes.Any(close => close is { Code: 1000, IsByClient: true }));
        Assert.Equal(0, Discord.Gateway.Live(Bot));
    }

    private int Cut()
    {
        Discord.Gateway.CutAll();
        return 0;
    }
}

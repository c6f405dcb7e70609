using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Going_on_with_a_session : FakeDiscordTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTime time = new();

    internal override TimeProvider Time => time;

    [Theory]
    [InlineData(null)]
    [InlineData(4000)]
    [InlineData(4200)]
    public async Task Should_bring_what_was_missed(int? code)
    {
        await using var client = await GatewayClient.Begin(Bot);
        Channel.Say(Ann, "one");
        await client.Hears("MESSAGE_CREATE");
        await Leave(client, code);
        Channel.Say(Ann, "two");
        Channel.Say(Ann, "three");
        time.Advance(Discord.Gateway.SessionLifetime);

        await using var next = await Resume(client);
        Assert.Equal("two", (string)(await next.Hears("MESSAGE_CREATE"))["content"]!);
        Assert.Equal("three", (string)(await next.Hears("MESSAGE_CREATE"))["content"]!);
        await next.Hears("RESUMED");
        Assert.Equal(6, next.Sequence);
        Channel.Say(Ann, "four");
        await next.Hears("MESSAGE_CREATE");
        Assert.Equal(1, Discord.Gateway.Live(Bot));
    }

    [Fact]
    public async Task Should_bring_again_what_was_not_confirmed()
    {
        await using var client = await GatewayClient.Begin(Bot);
        Channel.Say(Ann, "one");
        await client.Hears("MESSAGE_CREATE");
        await Leave(client, null);

        await using var next = await GatewayClient.Connect(Discord, url: client.ResumeUrl);
        await next.Takes(10);
        await next.Resume(Token, client.SessionId, 2);
        Assert.Equal("one", (string)(await next.Hears("MESSAGE_CREATE"))["content"]!);
        await next.Hears("RESUMED");
    }

    [Theory]
    [InlineData("over", null)]
    [InlineData("unknown", null)]
    [InlineData("forgotten", null)]
    [InlineData("closed", 1000)]
    [InlineData("closed", 1001)]
    public async Task Should_not_be_possible_once_it_is_gone(string why, int? code)
    {
        await using var client = await GatewayClient.Begin(Bot);
        if (why == "forgotten")
            Discord.Gateway.ForgetSessions();
        await Leave(client, code);
        if (why == "over")
            time.Advance(Discord.Gateway.SessionLifetime + Second);

        await using var next = await GatewayClient.Connect(Discord, url: client.ResumeUrl);
        await next.Takes(10);
        await next.Resume(Token, why == "unknown" ? "other" : client.SessionId, client.Sequence);
        Assert.False((bool)(await next.Takes(9))["d"]!);
        Assert.Equal("op 9", Assert.Single(Discord.Gateway.Resumes).Outcome);
        time.Advance(5 * Second);
        await next.Identify(Token);
        await next.Hears("READY");
    }

    [Fact]
    public async Task Should_not_be_possible_from_a_number_that_was_never_given()
    {
        await using var client = await GatewayClient.Begin(Bot);
        await Leave(client, null);
        await using var next = await GatewayClient.Connect(Discord, url: client.ResumeUrl);
        await next.Resume(Token, client.SessionId, client.Sequence + 1);

        Assert.Equal(4007, await next.Ends());
    }

    [Fact]
    public async Task Should_not_be_possible_for_another_bot()
    {
        var other = Discord.AddBot("other", "other");
        await using var client = await GatewayClient.Begin(Bot);
        await Leave(client, null);
        await using var next = await GatewayClient.Connect(Discord);
        await next.Takes(10);
        await next.Resume(other.Token, client.SessionId, client.Sequence);

        Assert.False((bool)(await next.Takes(9))["d"]!);
    }

    [Fact]
    public async Task Should_tell_two_sessions_the_same()
    {
        await using var one = await GatewayClient.Begin(Bot);
        time.Advance(5 * Second);
        await using var two = await GatewayClient.Begin(Bot);
        var said = Channel.Say(Ann, "Hello");

        Assert.Equal($"{said}", (string)(await one.Hears("MESSAGE_CREATE"))["id"]!);
        Assert.Equal($"{said}", (string)(await two.Hears("MESSAGE_CREATE"))["id"]!);
        Assert.Equal(2, Discord.Gateway.Live(Bot, 0));
    }

    [Fact]
    public async Task Should_end_without_a_sign_of_life()
    {
        await using var client = await GatewayClient.Begin(Bot);
        var interval = Discord.Gateway.HeartbeatInterval;
        await time.TimerOf(interval);
        time.Advance(interval);
        await client.Send(1, client.Sequence);
        await client.Takes(11);
        Assert.Equal((2, Bot), Assert.Single(Discord.Gateway.Heartbeats) is var beat ? (beat.Sequence, beat.Bot) : default);
        for (var beats = 0; beats < 2; beats++)
        {
            await time.TimerOf(interval);
            time.Advance(interval);
        }

        await time.TimerOf(interval);
        Assert.Equal(1, Discord.Gateway.Live(Bot));
        time.Advance(interval);

        Assert.Equal(4009, await client.Ends());
    }

    [Fact]
    public async Task Should_hold_back_what_is_held()
    {
        await using var client = await GatewayClient.Begin(Bot);
        Discord.Gateway.IsHeld = true;
        Channel.Say(Ann, "Hello");
        await client.Send(1, 2);
        await client.Takes(11);

        Discord.Gateway.IsHeld = false;
        await client.Hears("MESSAGE_CREATE");
    }

    [Fact]
    public async Task Should_be_silent_when_the_gateway_stalls()
    {
        await using var client = await GatewayClient.Begin(Bot);
        Discord.Gateway.StopsAcknowledging = true;
        await client.Send(1, 2);
        await Discord.Until(discord => discord.Gateway.Heartbeats.Count == 1);
        Channel.Say(Ann, "Hello");
        Discord.Gateway.AskToReconnect();

        // What comes is the order that was given after it.
        await client.Takes(7);
        Discord.Gateway.StopsAcknowledging = false;
        await client.Hears("MESSAGE_CREATE");
    }

    [Fact]
    public async Task Should_not_be_spared_what_nobody_expects()
    {
        await using var client = await GatewayClient.Begin(Bot);
        Discord.Gateway.SendRaw("{ not json");
        Discord.Gateway.SendEvent("NOBODY_KNOWS_THIS", new() { ["id"] = null });

        Assert.Equal("{ not json", await client.NextText());
        Assert.Equal("""{"id":null}""", (await client.Hears("NOBODY_KNOWS_THIS")).ToJsonString());
        Assert.Equal(3, client.Sequence);
    }

    private async Task Leave(GatewayClient client, int? code)
    {
        if (code is { } given)
            await client.Close(given);
        else
            client.Cut();
        await Discord.Until(discord => discord.Gateway.Live(Bot) == 0);
    }

    private async Task<GatewayClient> Resume(GatewayClient client)
    {
        var next = await GatewayClient.Connect(Discord, url: client.ResumeUrl);
        await next.Takes(10);
        await next.Resume(Token, client.SessionId, client.Sequence);
        return next;
    }
}

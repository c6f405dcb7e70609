using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A client that was not made for the fake, where not all of it gets through.</summary>
public sealed class A_stock_client_and_limits : FakeDiscordTest
{
    private const string Create = "POST /channels/*/messages";

    [Theory]
    [InlineData(LimitScope.User, false, "Scope : user")]
    [InlineData(LimitScope.Shared, false, "Scope : shared")]
    [InlineData(LimitScope.Global, false, "Global : true")]
    [InlineData(LimitScope.User, true, "limited: ")]
    public async Task Should_wait_as_long_as_told(LimitScope scope, bool html, string says)
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Fail(Create, Channel.Id, Failure.TooMany(1, scope, staysInForce: true, html));
        Channel.Say(Ann, "Patience");

        await Channel.Shows("Patience");
        await stock.Says(says);
        await CreatedWith(429, 200);
        Assert.Equal(0, Discord.CallsInsideWindows);
    }

    [Fact]
    public async Task Should_go_by_what_is_left_in_the_bucket()
    {
        Discord.LimitsRate = true;
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!burst");

        await stock.Says("burst over");
        await stock.Says("bucket is empty: 5");
        Assert.Equal(7, Channel.Answers.Count);
        await CreatedWith(200, 200, 200, 200, 200, 200, 200);
        Assert.True(Created[5].At - Created[0].At >= TimeSpan.FromSeconds(4.9), $"{Created[5].At - Created[0].At}");
    }

    [Fact]
    public async Task Should_try_again_when_the_server_is_in_trouble()
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Fail(Create, Failure.ServerError, times: 2);
        Channel.Say(Ann, "Still here");

        await Channel.Shows("Still here");
        await CreatedWith(502, 502, 200);
    }

    [Fact]
    public async Task Should_say_it_twice_when_it_does_not_learn_that_it_was_said()
    {
        await using var stock = await StockBot.Start(Bot);
        Discord.Fail(Create, Failure.CutAfter);
        Channel.Say(Ann, "Once");

        await Channel.Until(channel => channel.Answers.Count(message => message.Text == "Once") == 2);
        await CreatedWith(null, 200);
    }

    [Fact]
    public async Task Should_try_again_when_there_is_no_answer()
    {
        await using var stock = await StockBot.Start(Bot, new { timeout = 1000 });
        Discord.Fail(Create, Failure.Hang());
        Channel.Say(Ann, "Hello?");

        await Channel.Shows("Hello?");
        await CreatedWith(null, 200);
    }

    // What a call did can be seen a moment before how it was answered.
    private Task CreatedWith(params int?[] statuses) => Discord.Until(_ => Created.Select(call => call.Status).SequenceEqual(statuses));

    private IReadOnlyList<FakeCall> Created => [.. Discord.Calls.Where(call => call.Is(Create))];
}

using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Keeping_to_limits
{
    private static readonly Route Say = Route.Channel(HttpMethod.Post, "1", "/messages", "/messages");
    private static readonly Route SayElsewhere = Route.Channel(HttpMethod.Post, "2", "/messages", "/messages");
    private static readonly Route Change = Route.Channel(HttpMethod.Patch, "1", "/messages/id", "/messages/7");
    private static readonly Route Answer = Route.Interaction(HttpMethod.Patch, "webhooks/1/t/messages/@original", "original", "t");

    private readonly FakeTime time = new();
    private readonly RateLimits limits;

    public Keeping_to_limits() => limits = new RateLimits(time);

    [Fact]
    public void Should_wait_until_the_reset_when_nothing_is_left()
    {
        Make(Say, left: 0, resetAfter: 1.5);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Take(Say)!.Value.Wait);
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Null(Take(Say));
    }

    [Fact]
    public void Should_count_calls_that_have_not_come_back()
    {
        Make(Say, left: 2, resetAfter: 5);
        Assert.Null(limits.Take(Say, out var first));
        Assert.Null(limits.Take(Say, out var second));
        Assert.NotNull(Take(Say));
        // The answer to the second comes first; that to the first says more than is left.
        limits.Learn(Say, second, Headers(0, 5), null);
        limits.Learn(Say, first, Headers(1, 5), null);
        Assert.NotNull(Take(Say));
    }

    [Fact]
    public void Should_keep_each_channel_and_each_kind_of_call_apart()
    {
        Make(Say, left: 0, resetAfter: 5);
        Assert.Null(Take(SayElsewhere));
        Assert.Null(Take(Change));
    }

    [Fact]
    public void Should_keep_kinds_together_that_share_a_bucket()
    {
        Make(Say, left: 3, resetAfter: 5);
        Make(Change, left: 0, resetAfter: 5);
        Assert.NotNull(Take(Say));
    }

    [Fact]
    public void Should_make_no_more_than_fifty_calls_in_a_second_but_for_interactions()
    {
        for (var number = 0; number < 50; number++)
            Assert.Null(Take(Route.Channel(HttpMethod.Get, $"{number}", "", "")));
        Assert.Equal((TimeSpan.FromSeconds(1), true), Take(Say));
        Assert.Null(Take(Answer));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Take(Say));
    }

    [Fact]
    public void Should_go_on_after_a_refusal_without_headers()
    {
        Assert.Null(Take(Say));
        limits.Learn(Say, 0, null, TooMany(3, isGlobal: false));
        Assert.Equal((TimeSpan.FromSeconds(3), false), Take(Say));
        Assert.Null(Take(Change));
        time.Advance(TimeSpan.FromSeconds(3));
        for (var number = 0; number < 3; number++)
        {
            Assert.Null(Take(Say));
            limits.Learn(Say, 0, null, null);
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Should_let_all_calls_wait_after_a_refusal_of_all()
    {
        Assert.Null(Take(Say));
        limits.Learn(Say, 0, Headers(4, 5), TooMany(10, isGlobal: true));
        Assert.Equal((TimeSpan.FromSeconds(10), true), Take(Change));
        Assert.Null(Take(Answer));
    }

    private void Make(Route route, int left, double resetAfter)
    {
        Assert.Null(limits.Take(route, out var ticket));
        limits.Learn(route, ticket, Headers(left, resetAfter), null);
    }

    private (TimeSpan Wait, bool IsGlobal)? Take(Route route) => limits.Take(route, out _);

    private static LimitHeaders Headers(int left, double resetAfter) => new("hash", 5, left, TimeSpan.FromSeconds(resetAfter));

    private static DiscordException TooMany(double seconds, bool isGlobal) =>
        new(PlatformProblem.TooMany, "") { RetryAfter = TimeSpan.FromSeconds(seconds), IsGlobal = isGlobal };
}

using Bus.Contracts;
using Bus.Ingress.Intake;
using Xunit;

namespace Bus.Tests.Intake;

public sealed class Deciding_whether_messages_are_taken_in
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Backlog backlog = new(1000);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public void Should_depend_on_how_many_wait(long ready, bool refused)
    {
        Assert.Null(backlog.RetryAfter);
        backlog.Seen(ready, Start);
        Assert.Equal(refused, backlog.RetryAfter is not null);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(751, true)]
    [InlineData(750, false)]
    public void Should_not_change_before_clearly_fewer_wait(long ready, bool refused)
    {
        backlog.Seen(1001, Start);
        backlog.Seen(ready, Start.AddSeconds(1));
        Assert.Equal(refused, backlog.RetryAfter is not null);
    }

    [Fact]
    public void Should_need_the_whole_backlog_once_it_has_shrunk_enough()
    {
        backlog.Seen(1001, Start);
        backlog.Seen(750, Start.AddSeconds(1));
        backlog.Seen(1000, Start.AddSeconds(2));
        Assert.Null(backlog.RetryAfter);
    }

    [Theory]
    [InlineData(1950, 1, 24)] // 50 a second, and 1200 to go
    [InlineData(1900, 2, 23)]
    [InlineData(1000, 1, 1)] // 1000 a second: clamped
    [InlineData(1999, 10, 60)] // one in ten seconds: clamped
    public void Should_say_when_by_the_pace_at_which_the_backlog_shrinks(long ready, int seconds, int retryAfter)
    {
        backlog.Seen(2000, Start);
        backlog.Seen(ready, Start.AddSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(retryAfter), backlog.RetryAfter);
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(3000)]
    public void Should_ask_for_a_long_wait_while_the_backlog_does_not_shrink(long ready)
    {
        backlog.Seen(2000, Start);
        Assert.Equal(Limits.LongestRetryAfter, backlog.RetryAfter);
        backlog.Seen(ready, Start.AddSeconds(5));
        Assert.Equal(Limits.LongestRetryAfter, backlog.RetryAfter);
    }

    [Fact]
    public void Should_refuse_nobody_when_nobody_can_look()
    {
        backlog.Seen(2000, Start);
        backlog.Unknown();
        Assert.Null(backlog.RetryAfter);
    }

    [Fact]
    public void Should_not_divide_by_the_smallest_backlog()
    {
        var smallest = new Backlog(1);
        smallest.Seen(2, Start);
        smallest.Seen(1, Start);
        Assert.Equal(Limits.ShortestRetryAfter, smallest.RetryAfter);
        smallest.Seen(0, Start.AddSeconds(1));
        Assert.Null(smallest.RetryAfter);
    }
}

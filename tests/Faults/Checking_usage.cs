using Bus.Contracts;
using Bus.Faults;
using Bus.Faults.Check;
using Bus.Faults.Plan;
using Bus.Faults.Provider;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>The provider has counted something else than the log says; the checker has to name it.</summary>
public sealed class Checking_usage
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly MessageTag Tag = new(1, 1);

    private readonly Told log = new();
    private readonly List<ProviderCall> calls = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> brokerEnds = [];
    private readonly List<Happened> faults = [];

    [Fact]
    public void Should_find_nothing_when_both_have_the_same()
    {
        Call(1);
        Replied(1);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal((30L, 0), (rules.Tokens, rules.Untold));
    }

    [Fact]
    public void Should_find_a_reply_that_was_never_given()
    {
        Replied(7);
        Finds("<c1 m1> has a reply that the provider never gave");
    }

    [Fact]
    public void Should_find_a_reply_to_something_else()
    {
        Call(1, asked: new(1, 2));
        Replied(1);
        Finds("<c1 m1> has the reply to <c1 m2>");
    }

    [Fact]
    public void Should_find_other_tokens()
    {
        Call(1, tokens: 21);
        Replied(1);
        Finds("the log has 10 + 20 tokens, the provider 10 + 21");
    }

    [Fact]
    public void Should_find_a_call_that_the_log_does_not_know()
    {
        Call(1);
        Call(2);
        Replied(2);
        Finds("and the log tells of 1 and 0 more at most");
    }

    [Fact]
    public void Should_know_of_calls_that_the_log_says_there_may_be()
    {
        Call(1);
        Call(2);
        Replied(2, earlierRuns: 1);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal(1, rules.Untold);
    }

    [Theory]
    [InlineData(10, 11, true)]
    [InlineData(-20, -10, false)] // before the turn began
    [InlineData(70, 71, false)] // after the last call
    public void Should_forgive_what_a_broker_forgot_that_ended_meanwhile(int from, int until, bool isForgiven)
    {
        Call(1);
        Call(2, seconds: 60);
        Replied(2);
        brokerEnds.Add((Now.AddSeconds(from), Now.AddSeconds(until)));
        Assert.Equal(isForgiven, Rules().Broken().Count == 0);
    }

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(2, 1, false)] // it was cut off before, and what came of it should say so
    public void Should_forgive_a_call_for_a_second_copy_that_was_cut_off(int answered, int cut, bool isForgiven)
    {
        Call(Math.Min(answered, cut), isComplete: answered < cut);
        Call(Math.Max(answered, cut), isComplete: answered > cut);
        Replied(answered);
        Assert.Equal(isForgiven, Rules().Broken().Count == 0);
    }

    [Theory]
    [InlineData("connections to RabbitMQ cut for llm", "llm-1", 61, true)]
    [InlineData("kill -9 llm", "llm-1", 63, true)] // before it can have committed
    [InlineData("kill -9 both llm", "llm-2", 61, true)]
    [InlineData("kill -9 llm", "llm-1", 66, false)] // long afterwards
    [InlineData("kill -9 llm", "llm-1", 50, false)] // and well again before
    [InlineData("kill -9 llm", "llm-2", 61, false)] // another process
    [InlineData("kill -9 saga", "saga-1", 61, false)]
    [InlineData("connections to PostgreSQL cut for llm", "llm-1", 61, false)] // it goes on, and tells
    public void Should_forgive_a_call_for_a_second_copy_that_had_come_to_its_end_when_its_process_was_cut_off(string fault, string target, int from, bool isForgiven)
    {
        Call(1);
        Call(2, seconds: 61);
        Replied(1);
        faults.Add(new Happened(fault, target, Now.AddSeconds(from), Now.AddSeconds(from + 1)));
        Assert.Equal(isForgiven, Rules().Broken().Count == 0);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(62, false)] // the command that came again, which should say so
    public void Should_forgive_a_call_that_was_cut_off_while_the_one_that_answered_was_under_way(int answeredFrom, bool isForgiven)
    {
        Call(1, seconds: 60);
        Call(2, seconds: answeredFrom);
        Replied(2);
        faults.Add(new Happened("kill -9 llm", "llm-1", Now.AddSeconds(61), Now.AddSeconds(62)));
        Assert.Equal(isForgiven, Rules().Broken().Count == 0);
    }

    private UsageRules Rules() => new(calls, log.Log, brokerEnds, faults);

    private void Finds(string what) => Assert.Contains(Rules().Broken(), finding => finding.Contains(what, StringComparison.Ordinal));

    private void Call(int number, MessageTag? asked = null, int tokens = 20, int seconds = 1, bool isComplete = true)
    {
        var at = Now.AddSeconds(seconds);
        calls.Add(new ProviderCall(number, "llm-1", asked ?? Tag, Trouble.None, 10, tokens, at) { IsComplete = isComplete, EndedAt = at.AddSeconds(1) });
    }

    private void Replied(int call, int earlierRuns = 0)
    {
        var turn = log.Receive(Tag);
        log.Start(Tag, turn, Now);
        log.Reply(Tag, turn, $"call {call}: {Tag} well", new Usage(10, 20, 0, 0, Estimated: false), earlierRuns);
    }
}

using Bus.Contracts;
using Bus.Faults;
using Bus.Faults.Check;
using Bus.Faults.Provider;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>The provider has counted something else than the ledger says; the checker has to name it.</summary>
public sealed class Checking_usage
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly MessageTag Tag = new(1, 1);

    private readonly Told log = new();
    private readonly List<ProviderCall> calls = [];

    [Fact]
    public void Should_find_nothing_when_both_have_the_same()
    {
        var call = Call(1);
        Settled(call, "answered", "measured", 10, 20);
        Replied(1);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal((30L, 0, 0), (rules.Tokens, rules.NotTakenIn, rules.Lost));
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
        Settled(Call(1, asked: new(1, 2)), "answered", "measured", 10, 20);
        Replied(1);
        Finds("<c1 m1> has the reply to <c1 m2>");
    }

    [Fact]
    public void Should_find_a_reply_with_other_tokens()
    {
        Settled(Call(1, tokens: 21), "answered", "measured", 10, 21);
        Replied(1);
        Finds("the log has 10 + 20 tokens, the provider 10 + 21");
    }

    [Fact]
    public void Should_find_a_reply_that_counts_twice()
    {
        Settled(Call(1), "answered", "measured", 10, 20);
        Replied(1, isInLedger: false);
        Finds("of which it is not said that it is in the ledger");
    }

    [Fact]
    public void Should_find_a_call_that_the_ledger_does_not_know()
    {
        Call(1);
        Finds("call 1 for <c1 m1> (None) from 12:00:01.000 to 12:00:02.000");
    }

    [Theory]
    [InlineData("None", true, "answered", "measured", 10, 21, null)] // one token more
    [InlineData("None", true, "failed", "aborted", 10, 3, "broken")] // it was whole
    [InlineData("None", true, "failed", "measured", 0, 0, "unavailable")] // and not for nothing
    [InlineData("None", false, "answered", "measured", 10, 20, null)] // nobody has said so
    [InlineData("HalfAnswer", false, "failed", "measured", 10, 3, "broken")] // nor so
    [InlineData("ServerError", false, "failed", "aborted", 8, 0, "unavailable")] // nothing is charged
    public void Should_find_other_tokens(string trouble, bool isComplete, string outcome, string basis, int input, int output, string? failure)
    {
        Settled(Call(1, trouble: Enum.Parse<Trouble>(trouble), isComplete: isComplete), outcome, basis, input, output, failure);
        Finds("the ledger says: ");
    }

    [Theory]
    [InlineData("ServerError", false, "failed", "measured", 0, 0, "unavailable", 0)]
    [InlineData("HalfAnswer", false, "failed", "aborted", 8, 3, "broken", 0)]
    [InlineData("Silence", false, "cancelled", "aborted", 8, 0, null, 0)]
    [InlineData("None", false, "lost", "aborted", 8, 3, null, 0)]
    [InlineData("None", false, "answered", "estimated", 8, 3, null, 0)] // but for its tokens it was there
    [InlineData("None", true, "lost", "aborted", 8, 3, null, 1)]
    [InlineData("None", true, "cancelled", "aborted", 8, 3, null, 1)]
    [InlineData("None", true, "failed", "aborted", 8, 3, "timeout", 1)] // it stood still
    public void Should_let_pass_what_is_said_of_calls_that_were_cut_off(string trouble, bool isComplete, string outcome, string basis, int input, int output, string? failure, int notTakenIn)
    {
        Settled(Call(1, trouble: Enum.Parse<Trouble>(trouble), isComplete: isComplete), outcome, basis, input, output, failure);
        var rules = Rules();
        Assert.Empty(rules.Broken());
        Assert.Equal(notTakenIn, rules.NotTakenIn);
    }

    [Fact]
    public void Should_let_pass_what_was_corrected_later()
    {
        var call = Call(1);
        Settled(call, "lost", "aborted", 8, 0);
        log.Correct(call.Attempt, "measured", 10, 20);
        var rules = Rules();
        Assert.Empty(rules.Broken());
        Assert.Equal((30L, 1), (rules.Tokens, rules.Lost));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    public void Should_find_what_is_not_in_the_ledger_once(int reserved, int settled)
    {
        var call = Call(1);
        for (var number = 0; number < reserved; number++)
            log.Reserve(call.Attempt);
        for (var number = 0; number < settled; number++)
            log.Settle(call.Attempt, "answered", "measured", 10, 20);
        Finds($"is {reserved} times in the ledger, and {settled} times settled");
    }

    [Theory]
    [InlineData("answered", "measured", 10, 20, true)]
    [InlineData("lost", "aborted", 8, 3, true)]
    [InlineData("lost", "aborted", 8, 0, false)]
    [InlineData("failed", "measured", 0, 0, false)]
    public void Should_find_what_the_provider_was_never_asked(string outcome, string basis, int input, int output, bool isFound)
    {
        var attempt = Support.Some.Id();
        log.Reserve(attempt);
        log.Settle(attempt, outcome, basis, input, output);
        Assert.Equal(isFound, Rules().Broken().Any(finding => finding.Contains("never came to the provider", StringComparison.Ordinal)));
    }

    private UsageRules Rules() => new(calls, log.Log);

    private void Finds(string what) => Assert.Contains(Rules().Broken(), finding => finding.Contains(what, StringComparison.Ordinal));

    private ProviderCall Call(int number, MessageTag? asked = null, int tokens = 20, Trouble trouble = Trouble.None, bool isComplete = true)
    {
        var at = Now.AddSeconds(number);
        calls.Add(new ProviderCall(number, Support.Some.Id(), asked ?? Tag, trouble, 10, tokens, at) { IsComplete = isComplete, EndedAt = at.AddSeconds(1) });
        return calls[^1];
    }

    private void Settled(ProviderCall call, string outcome, string basis, int input, int output, string? failure = null)
    {
        log.Reserve(call.Attempt);
        log.Settle(call.Attempt, outcome, basis, input, output, failure);
    }

    private void Replied(int call, bool isInLedger = true)
    {
        var turn = log.Receive(Tag);
        log.Start(Tag, turn, Now);
        log.Reply(Tag, turn, $"call {call}: {Tag} well", new Usage(10, 20, 0, 0, Estimated: false), isInLedger: isInLedger);
    }
}

using Bus.Faults.Chats;
using Bus.Faults.Check;
using Bus.Faults.Plan;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>Somebody called Telegram who should not have; the checker has to name it, unless that process could not know.</summary>
public sealed class Checking_calls
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Conflict> conflicts = [];
    private readonly List<CallTooSoon> tooSoon = [];
    private readonly List<Happened> faults = [];
    private readonly Dictionary<string, DateTimeOffset> ends = [];

    [Fact]
    public void Should_find_two_processes_that_ask_at_once()
    {
        conflicts.Add(new("ingress-1.1", Now));
        Assert.Contains("ingress-1.1 asked for updates at 12:00:00.000 while another did", Assert.Single(Rules().Broken()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)] // it was still there, and had to let go first
    public void Should_not_mind_what_a_dead_process_is_answered(int end, bool isForgiven)
    {
        conflicts.Add(new("ingress-1.1", Now));
        ends["ingress-1.1"] = Now.AddSeconds(end);
        Assert.Equal(isForgiven, !Rules().Broken().Any());
        Assert.Equal(isForgiven ? 1 : 0, Rules().Unheard);
    }

    [Theory]
    [InlineData("SIGSTOP ingress", "ingress-1", true)]
    [InlineData("SIGSTOP ingress", "ingress-2", true)] // which asks once more when it goes on
    [InlineData("PostgreSQL black-holed for ingress", "ingress-1", true)]
    [InlineData("PostgreSQL: connections cut", "PostgreSQL", true)]
    [InlineData("Telegram black-holed for ingress", "ingress-1", true)]
    [InlineData("kill -9 ingress", "ingress-2", false)]
    [InlineData("SIGTERM ingress", "ingress-2", false)]
    [InlineData("SIGSTOP saga", "saga-1", false)]
    [InlineData("RabbitMQ black-holed for ingress", "ingress-1", false)]
    public void Should_know_who_was_cut_off(string name, string target, bool isForgiven)
    {
        conflicts.Add(new("ingress-1.1", Now));
        faults.Add(new(name, target, Now.AddSeconds(-8), Now.AddSeconds(-3)));
        Assert.Equal(isForgiven, !Rules().Broken().Any());
    }

    [Fact]
    public void Should_not_forgive_what_was_long_over()
    {
        conflicts.Add(new("ingress-1.1", Now));
        faults.Add(new("SIGSTOP ingress", "ingress-1", Now.AddSeconds(-20), Now.AddSeconds(-10)));
        Assert.Single(Rules().Broken());
    }

    [Theory]
    [InlineData(1, true)] // in flight
    [InlineData(3, false)]
    public void Should_find_a_call_to_a_chat_that_is_to_be_left_alone(int after, bool isForgiven)
    {
        tooSoon.Add(new(-5, "sendMessage", Now, Now, Now.AddSeconds(after)));
        Assert.Equal(isForgiven, !Rules().Broken().Any());
        Assert.Equal(isForgiven ? 1 : 0, Rules().InFlight);
    }

    [Theory]
    [InlineData("PostgreSQL: kill -9", "PostgreSQL", true)]
    [InlineData("kill -9 ingress", "ingress-2", true)]
    [InlineData("kill -9 saga", "saga-1", false)]
    public void Should_know_who_could_not_say_that_a_chat_is_to_be_left_alone(string name, string target, bool isForgiven)
    {
        tooSoon.Add(new(-5, "sendMessage", Now, Now, Now.AddSeconds(4)));
        faults.Add(new(name, target, Now.AddSeconds(1), Now.AddSeconds(2)));
        Assert.Equal(isForgiven, !Rules().Broken().Any());
    }

    private CallRules Rules() => new(conflicts, tooSoon, faults, ends);
}

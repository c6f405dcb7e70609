using Bus.Contracts;
using Bus.Conversations;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>Messages that follow others, as the saga of their conversation remembers it.</summary>
public sealed class Keeping_the_order
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Should_hold_nobody_who_follows_nobody() => Assert.Null(Precedence.HeldUntil(new(), Message(1), Now));

    [Fact]
    public void Should_hold_whoever_follows_one_that_is_held_itself()
    {
        var saga = new ConversationState();
        Hold(saga, 2, after: 1);

        Assert.NotNull(Precedence.HeldUntil(saga, Message(3, after: 2), Now));
    }

    [Fact]
    public void Should_let_all_go_that_follow_each_other_when_the_first_has_its_place()
    {
        var saga = new ConversationState();
        for (var number = 5; number > 1; number--)
            Hold(saga, number, after: number - 1);
        Hold(saga, 9, after: 8);

        Precedence.Place(saga, Id(1));

        Assert.Equal([9], Held(saga));
        Assert.Null(Precedence.HeldUntil(saga, Message(6, after: 5), Now));
    }

    [Fact]
    public void Should_know_those_that_wait_for_their_turn_however_many_they_are()
    {
        var saga = new ConversationState();
        Precedence.Place(saga, Id(1));
        saga.Waiting.Add(new WaitingMessage(Message(1), ""));
        for (var other = 100; other < 150; other++)
            Precedence.Place(saga, Id(other));

        Assert.Null(Precedence.HeldUntil(saga, Message(2, after: 1), Now));
        Assert.True(saga.Placed.Count < 20);
    }

    [Fact]
    public void Should_know_the_one_that_has_its_turn()
    {
        var saga = new ConversationState { Turn = new TurnInProgress(Id(1), Message(1).Origin, null, null, "", Now) };

        Assert.Null(Precedence.HeldUntil(saga, Message(2, after: 1), Now));
    }

    [Fact]
    public void Should_let_those_go_that_waited_long_enough_and_whoever_follows_them()
    {
        var saga = new ConversationState();
        Hold(saga, 2, after: 1);
        Hold(saga, 3, after: 2, seconds: 30);
        Hold(saga, 5, after: 4, seconds: 60);

        Precedence.Release(saga, Now + Limits.LongestFollowed);

        Assert.Equal([5], Held(saga));
    }

    /// <summary>What both follow and are was away as long: whoever tries again first is not the one who came first.</summary>
    [Fact]
    public void Should_hold_one_that_comes_late_for_a_while()
    {
        var late = Message(2, after: 1) with { ReceivedAt = Now.AddHours(-1) };

        Assert.Equal(Now + Precedence.ShortestHold, Precedence.HeldUntil(new(), late, Now));
    }

    private static void Hold(ConversationState saga, int number, int after, int seconds = 0)
    {
        var message = Message(number, after) with { ReceivedAt = Now.AddSeconds(seconds) };
        saga.Waiting.Add(new WaitingMessage(message, "", Precedence.HeldUntil(saga, message, Now)));
    }

    private static IEnumerable<int> Held(ConversationState saga) =>
        saga.Waiting.Where(waiting => waiting.HeldUntil is not null).Select(waiting => int.Parse(waiting.Message.Text, null));

    private static MessageReceived Message(int number, int? after = null) =>
        Publishing.Message("order", $"{number}") with { MessageId = Id(number), ReceivedAt = Now, After = after is { } before ? Id(before) : null };

    private static Guid Id(int number) => Ids.From(Guid.Empty, $"{number}");
}

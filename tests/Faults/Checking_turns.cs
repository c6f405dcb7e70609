using Bus.Contracts;
using Bus.Faults;
using Bus.Faults.Check;
using Bus.Faults.Talk;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>Each promise is broken once; the checker has to name it.</summary>
public sealed class Checking_turns
{
    private const string Door = "ingress-1, life 1";

    private static readonly Guid Next = new("11111111-1111-7111-8111-111111111111");
    private static readonly Guid Nowhere = new("22222222-2222-7222-8222-222222222222");

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Told log = new();
    private readonly List<Said> said = [];

    [Fact]
    public void Should_find_nothing_when_everything_held()
    {
        Say(1, 1);
        Say(1, 2);
        Say(2, 1);
        foreach (var message in said)
            Answer(message.Tag);

        Assert.Empty(Broken());
    }

    [Fact]
    public void Should_find_what_is_lost()
    {
        Say(1, 1);
        Finds("<c1 m1> was accepted (200, Answer) and is lost");
    }

    [Fact]
    public void Should_not_ask_for_what_nobody_knows_to_be_accepted()
    {
        var message = Say(1, 1);
        (message.AcceptedAt, message.Hearing) = (null, Hearing.Nothing);
        Assert.Empty(Broken());
    }

    [Fact]
    public void Should_find_a_message_that_was_taken_in_twice()
    {
        var message = Say(1, 1);
        Answer(message.Tag);
        Answer(message.Tag);
        Finds("<c1 m1> has 2 turns");
    }

    [Fact]
    public void Should_find_a_message_that_is_there_twice()
    {
        var turn = Answer(Say(1, 1).Tag);
        log.Receive(new(1, 1), turn);
        Finds("<c1 m1> was received 2 times");
    }

    [Fact]
    public void Should_find_a_turn_that_was_started_twice()
    {
        var turn = Answer(Say(1, 1).Tag);
        log.Start(new(1, 1), turn, Now);
        Finds("the turn of <c1 m1> was started 2 times");
    }

    [Fact]
    public void Should_find_a_second_answer()
    {
        var turn = Answer(Say(1, 1).Tag);
        log.Reply(new(1, 1), turn, "call 2: <c1 m1> again");
        Finds("<c1 m1> has 2 visible outcomes");
    }

    [Fact]
    public void Should_find_a_turn_without_an_answer()
    {
        log.Start(Say(1, 1).Tag, log.Receive(new(1, 1)), Now);
        Finds("<c1 m1> has 0 visible outcomes");
    }

    [Fact]
    public void Should_find_an_answer_that_was_delivered_twice()
    {
        var turn = Answer(Say(1, 1).Tag);
        for (var time = 0; time < 2; time++)
            log.Deliver(new(1, 1), turn);
        Finds("<c1 m1> was delivered 2 times");
    }

    [Fact]
    public void Should_find_an_answer_in_another_conversation()
    {
        Say(1, 1);
        log.Reply(new(1, 1), log.Receive(new(1, 1)), "call 1: <c2 m1> well");
        Finds("<c1 m1> is answered with what belongs to another");
    }

    [Fact]
    public void Should_find_somebody_who_was_shown_the_answer_of_another()
    {
        var message = Say(1, 1);
        Answer(message.Tag);
        message.Text = "call 1: <c2 m1> well";
        Finds("<c1 m1> was answered with what belongs to another");
    }

    [Fact]
    public void Should_find_somebody_who_was_shown_what_is_not_kept()
    {
        var message = Say(1, 1);
        Answer(message.Tag);
        message.Text = "call 1: <c1 m1> something else";
        Finds("<c1 m1> was shown 'call 1: <c1 m1> something else'");
    }

    [Fact]
    public void Should_find_turns_in_the_wrong_order()
    {
        Say(1, 1, at: 1);
        Say(1, 2, at: 3);
        Answer(new(1, 2));
        Answer(new(1, 1));
        Finds("<c1 m1> had its turn after <c1 m2>");
    }

    [Fact]
    public void Should_not_ask_for_an_order_of_what_was_said_before_the_other_was_accepted()
    {
        Say(1, 1, at: 1).AcceptedAt = 9;
        Say(1, 2, at: 3);
        Answer(new(1, 2));
        Answer(new(1, 1));
        Assert.Empty(Broken());
    }

    [Theory]
    [InlineData(false, "it names nothing")]
    [InlineData(true, "it names the one it overtook")]
    public void Should_find_them_in_chats_too_and_tell_what_is_known(bool isNamed, string known)
    {
        Overtake("one", isNamed);
        Finds($"<c1 m1> had its turn after <c1 m2>, which was said when it was accepted already; {known}");
        Assert.Equal(0, Rules().OvertakenByOthers);
    }

    [Fact]
    public void Should_count_what_two_processes_took_in()
    {
        Overtake("another", isNamed: false);
        Assert.Empty(Broken());
        Assert.Equal(1, Rules().OvertakenByOthers);
    }

    private void Overtake(string process, bool isNamed)
    {
        InChat(1);
        InChat(2);
        foreach (var (number, takenInBy) in new[] { (2, process), (1, "one") })
        {
            var turn = log.Receive(
                new(1, number), InOrder(number), platform: Platforms.Telegram, takenInBy: takenInBy, after: isNamed && number == 2 ? InOrder(1) : null);
            log.Start(new(1, number), turn, Now);
            log.Reply(new(1, number), turn, Text(new(1, number)));
        }
    }

    private static Guid InOrder(int number) => Ids.From(Guid.Empty, $"{number}");

    [Fact]
    public void Should_find_two_conversations_in_a_stream()
    {
        Answer(Say(1, 1).Tag);
        Answer(Say(2, 1).Tag, stream: 1);
        Finds("holds several conversations");
    }

    [Fact]
    public void Should_find_what_nobody_said()
    {
        Answer(new(1, 1));
        Finds("<c1 m1> is in the log, and nobody said it");
    }

    [Fact]
    public void Should_find_a_gap_in_a_stream()
    {
        Say(1, 1);
        log.Skip(1);
        Answer(new(1, 1));
        Finds("goes from version 0 to 2");
    }

    [Fact]
    public void Should_know_what_is_answered_together_with_the_next()
    {
        Together();
        Assert.Empty(Broken());
    }

    [Fact]
    public void Should_find_what_is_answered_together_with_what_is_not_there()
    {
        Together(answeredIn: Nowhere);
        Finds("<c1 m1> is answered together with what is not there");
    }

    [Fact]
    public void Should_find_what_is_answered_together_with_what_is_itself_not_answered()
    {
        var first = Together();
        InChat(3);
        log.Receive(new(1, 3), answeredIn: first);
        Finds("<c1 m3> is answered together with what is not there");
    }

    [Fact]
    public void Should_find_what_is_answered_together_with_another_and_again_by_itself()
    {
        log.Start(new(1, 1), Together(), Now);
        Finds("<c1 m1> is answered together with another, and has a turn of its own");
    }

    private TurnRules Rules() => new(said, log.Log);

    private List<string> Broken() => [.. Rules().Broken()];

    private void Finds(string what) => Assert.Contains(Broken(), finding => finding.Contains(what, StringComparison.Ordinal));

    /// <summary>Somebody says something, which is accepted and answered.</summary>
    private Said Say(int conversation, int number, long at = 1)
    {
        var message = new Said(new(conversation, number), Door, at) { AcceptedAt = at + 1, Hearing = Hearing.Answer, Status = 200 };
        message.Text = Text(message.Tag);
        said.Add(message);
        return message;
    }

    /// <summary>Two things are said in a chat, and the second is answered.</summary>
    /// <returns>The first.</returns>
    private Guid Together(Guid? answeredIn = null)
    {
        InChat(1);
        InChat(2);
        var first = log.Receive(new(1, 1), answeredIn: answeredIn ?? Next);
        log.Receive(new(1, 2), Next);
        log.Start(new(1, 2), Next, Now);
        log.Reply(new(1, 2), Next, Text(new(1, 2)));
        return first;
    }

    private void InChat(int number) => said.Add(new Said(new(1, number), "Telegram", number * 2) { AcceptedAt = (number * 2) + 1, Hearing = Hearing.InChat });

    private Guid Answer(MessageTag tag, int? stream = null)
    {
        var turn = log.Receive(tag, stream: stream);
        log.Start(tag, turn, Now, stream);
        log.Reply(tag, turn, Text(tag), stream: stream);
        return turn;
    }

    private static string Text(MessageTag tag) => $"call 1: {tag} well";
}

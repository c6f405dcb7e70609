using Bus.Faults;
using Bus.Faults.Check;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>Something is wrong with what a chat shows; the checker has to name it.</summary>
public sealed class Checking_chats
{
    private const string Mark = "\n\n(possibly sent twice)";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Told log = new();
    private readonly List<ShownMessage> shown = [];
    private readonly List<string> beside = [];
    private readonly Dictionary<Guid, LoggedDelivery> deliveries = [];

    [Fact]
    public void Should_find_nothing_when_each_answer_is_there_once()
    {
        Show(Answer(1));
        Show(Answer(2));
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal((2, 0, 0, 0), (rules.Shown, rules.Marked, rules.Repeated, rules.LeftBehind));
    }

    [Fact]
    public void Should_find_an_answer_that_nobody_sees()
    {
        Answer(1);
        Finds("the answer to <c1 m1> is not in its chat");
    }

    [Fact]
    public void Should_find_an_answer_that_stayed_unfinished()
    {
        Answer(1);
        Show("call 1: <c1 m1>");
        Finds("the answer to <c1 m1> is not in its chat");
        Finds("shows what no answer is");
    }

    [Fact]
    public void Should_find_an_answer_that_is_there_twice()
    {
        var text = Answer(1, repeats: 1);
        Show(text);
        Show(text);
        Finds("the answer to <c1 m1> is in its chat 2 times without a mark");
    }

    [Fact]
    public void Should_know_a_repeat_that_says_so()
    {
        var text = Answer(1, repeats: 1);
        Show(text);
        Show(text + Mark);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal((1, 1, 1), (rules.Shown, rules.Marked, rules.Repeated));
    }

    [Fact]
    public void Should_find_a_mark_that_the_log_does_not_know()
    {
        Show(Answer(1) + Mark);
        Finds("the log does not say that it may be there twice");
    }

    [Fact]
    public void Should_find_a_repeat_that_nobody_is_told_of()
    {
        Show(Answer(1, repeats: 1));
        Finds("nobody in the chat is told");
    }

    [Fact]
    public void Should_find_the_answer_to_somebody_else()
    {
        Show(Answer(1));
        Show("call 1: <c2 m1> well");
        Finds("shows what no answer is");
    }

    [Fact]
    public void Should_find_an_unfinished_answer_that_was_left_behind()
    {
        Show(Answer(1));
        Show("call 1: <c1 m1>");
        Finds("shows what no answer is");
    }

    [Fact]
    public void Should_know_an_unfinished_answer_whose_id_nobody_lived_to_hear()
    {
        var text = Answer(1, repeats: 1);
        Show("call 1: <c1 m1>");
        Show(text + Mark);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal(1, rules.LeftBehind);
    }

    [Fact]
    public void Should_find_a_second_unfinished_answer()
    {
        var text = Answer(1, repeats: 1);
        Show("call 1: <c1 m1>");
        Show("call 1: <c1 m1> w");
        Show(text + Mark);
        Finds("<c1 m1> has several unfinished answers");
    }

    [Fact]
    public void Should_find_an_answer_that_can_still_be_stopped()
    {
        shown.Add(new(Answer(1), HasButton: true, IsInPlace: true));
        Finds("is finished and can still be stopped");
    }

    [Fact]
    public void Should_find_an_answer_that_was_not_brought()
    {
        Show(Answer(1));
        deliveries[deliveries.Keys.Single()] = new(IsDone: true, 0, "Forbidden");
        Finds("the answer to <c1 m1> was not brought: Forbidden");
    }

    [Fact]
    public void Should_find_an_answer_that_is_still_on_its_way()
    {
        Show(Answer(1));
        deliveries[deliveries.Keys.Single()] = new(IsDone: false, 0, null);
        Finds("the answer to <c1 m1> is still on its way");
    }

    [Fact]
    public void Should_find_an_answer_of_which_nobody_noted_how_it_was_brought()
    {
        Show(Answer(1));
        deliveries.Clear();
        Finds("nobody has noted how the answer to <c1 m1> was brought");
    }

    [Fact]
    public void Should_find_a_log_that_does_not_count_what_was_noted()
    {
        Show(Answer(1));
        deliveries[deliveries.Keys.Single()] = new(IsDone: true, 1, null);
        Finds("the log says that 0 messages to <c1 m1> may be there twice");
    }

    [Fact]
    public void Should_find_an_answer_of_which_the_log_does_not_say_that_it_was_delivered()
    {
        Show(Answer(1, isDelivered: false));
        Finds("the log does not say that people have the answer to <c1 m1>");
    }

    [Fact]
    public void Should_know_an_answer_that_came_when_the_conversation_had_gone_on()
    {
        var text = Answer(1, repeats: 1, isDelivered: false);
        var (tag, turn) = (new MessageTag(1, 1), deliveries.Keys.Single());
        log.GiveUp(tag, turn);
        log.Deliver(tag, turn, repeats: 1);
        Show(text + Mark);
        var rules = Rules();

        Assert.Empty(rules.Broken());
        Assert.Equal(1, rules.GivenUp);
    }

    [Fact]
    public void Should_find_an_answer_in_another_topic()
    {
        shown.Add(new(Answer(1), HasButton: false, IsInPlace: false));
        Finds("the answer to <c1 m1> is not in the topic where it was asked");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Should_find_what_was_said_beside_when_it_is_not_heard_once(int times)
    {
        beside.Add("nice weather");
        for (var time = 0; time < times; time++)
            log.Hear(1, "nice weather");
        Finds($"what was said beside is in the log {times} times: nice weather");
    }

    [Fact]
    public void Should_know_what_was_said_beside()
    {
        beside.Add("nice weather");
        log.Hear(1, "nice weather");
        Assert.Empty(Rules().Broken());
    }

    private ChatRules Rules() => new(log.Log, "telegram", knowsRepeats: false, [new ChatShown(1, shown, beside)], deliveries);

    private void Finds(string what) => Assert.Contains(Rules().Broken(), finding => finding.Contains(what, StringComparison.Ordinal));

    private void Show(string text) => shown.Add(new(text, HasButton: false, IsInPlace: true));

    /// <summary>Somebody asks in a chat, and the answer is brought.</summary>
    /// <returns>The answer.</returns>
    private string Answer(int number, int repeats = 0, bool isDelivered = true)
    {
        var tag = new MessageTag(1, number);
        var turn = log.Receive(tag, platform: "telegram");
        log.Start(tag, turn, Now);
        log.Reply(tag, turn, $"call {number}: {tag} well");
        deliveries[turn] = new(IsDone: true, repeats, null);
        if (isDelivered)
            log.Deliver(tag, turn, repeats);
        return $"call {number}: {tag} well";
    }
}

using Bus.Faults;
using Bus.Faults.Check;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>Discord knows a message that comes again: what may be on Telegram is wrong there, and the checker has to name it.</summary>
public sealed class Checking_chats_on_Discord
{
    private const string Mark = "\n\n(possibly sent twice)";

    private readonly Told log = new();
    private readonly List<ShownMessage> shown = [];
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
    public void Should_look_at_its_own_answers_only()
    {
        Answer(1, platform: "telegram");
        Assert.Empty(Rules().Broken());
    }

    [Fact]
    public void Should_find_an_answer_that_nobody_sees()
    {
        Answer(1);
        Finds("the answer to <c1 m1> is not in its chat");
    }

    [Fact]
    public void Should_find_an_answer_that_is_there_twice()
    {
        var text = Answer(1);
        Show(text);
        Show(text);
        Finds("the answer to <c1 m1> is in its chat 2 times without a mark");
    }

    [Fact]
    public void Should_find_a_log_that_says_that_something_may_be_there_twice()
    {
        Show(Answer(1, repeats: 1) + Mark);
        Finds("the log says that 1 messages to <c1 m1> may be there twice, and that can be known");
    }

    [Fact]
    public void Should_find_a_mark()
    {
        Show(Answer(1) + Mark);
        Finds("the answer to <c1 m1> is marked");
    }

    [Fact]
    public void Should_find_an_unfinished_answer_even_if_it_is_counted()
    {
        var text = Answer(1, repeats: 1);
        Show("call 1: <c1 m1>");
        Show(text + Mark);
        Finds("shows what no answer is");
    }

    private ChatRules Rules() => new(log.Log, "discord", knowsRepeats: true, [new ChatShown(1, shown, [])], deliveries);

    private void Finds(string what) => Assert.Contains(Rules().Broken(), finding => finding.Contains(what, StringComparison.Ordinal));

    private void Show(string text) => shown.Add(new(text, HasButton: false, IsInPlace: true));

    private string Answer(int number, int repeats = 0, string platform = "discord")
    {
        var tag = new MessageTag(1, number);
        var turn = log.Receive(tag, platform: platform);
        log.Start(tag, turn, DateTimeOffset.UnixEpoch);
        log.Reply(tag, turn, $"call {number}: {tag} well");
        deliveries[turn] = new(IsDone: true, repeats, null);
        log.Deliver(tag, turn, repeats);
        return $"call {number}: {tag} well";
    }
}

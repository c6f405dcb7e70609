using System.Text.Json;
using Bus.Conversations;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>Messages are written as their author and a number.</summary>
public sealed class Choosing_who_is_next
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a1 a2 a3 b1 c1 c2", "a1 b1 c1 a2 c2 a3")]
    [InlineData("a1 b1 b2 a2", "a1 b1 a2 b2")]
    [InlineData("a1 a2 a3", "a1 a2 a3")]
    public void Should_go_round_among_those_who_wait(string waiting, string answered) => Assert.Equal(answered, string.Join(' ', Answer(waiting, [])));

    [Theory]
    [InlineData("a2 a3 b1", "a", "b1 a2 a3")]
    [InlineData("a2 b2 c1", "a b", "c1 a2 b2")]
    [InlineData("a2 b2 c1", "b a", "c1 b2 a2")]
    public void Should_be_whoever_was_answered_longest_ago(string waiting, string lastAuthors, string answered) =>
        Assert.Equal(answered, string.Join(' ', Answer(waiting, [.. lastAuthors.Split(' ')])));

    [Fact]
    public void Should_not_let_anybody_wait_for_ever_while_ever_new_people_come()
    {
        var waiting = Line("a2");
        List<string> lastAuthors = ["a"];
        for (var newcomer = 1; newcomer <= WaitingLine.MostRemembered; newcomer++)
        {
            WaitingLine.Add(waiting, Message($"n{newcomer}", newcomer, 10));
            var next = WaitingLine.Next(waiting, lastAuthors);
            Assert.Equal($"n{newcomer}", next.Message.Author);
            waiting.Remove(next);
            WaitingLine.Answer(lastAuthors, next.Message.Author);
        }

        WaitingLine.Add(waiting, Message("one more", 1, 20));
        Assert.Equal("a", WaitingLine.Next(waiting, lastAuthors).Message.Author);
    }

    [Fact]
    public void Should_remember_no_more_than_some()
    {
        List<string> lastAuthors = [];
        for (var author = 0; author < 3 * WaitingLine.MostRemembered; author++)
            WaitingLine.Answer(lastAuthors, $"{author}");
        Assert.Equal(WaitingLine.MostRemembered, lastAuthors.Count);
    }

    [Theory]
    [InlineData("a1 a2 a3 b1", "a3")]
    [InlineData("a1 a2 b1 b2 a3 c1", "a3")]
    [InlineData("a1 b1 c1", "c1")]
    [InlineData("b1 b2 a1 a2", "a2")]
    public void Should_take_away_the_newest_of_whoever_has_most_waiting(string waiting, string givesWay) =>
        Assert.Equal(givesWay, Name(WaitingLine.GivesWay(Line(waiting))));

    [Fact]
    public void Should_keep_messages_in_the_order_in_which_they_were_received()
    {
        var waiting = Line("a1 a2");
        WaitingLine.Add(waiting, Message("b", 1, -1));
        WaitingLine.Add(waiting, Message("c", 1, 0));
        Assert.Equal(["b1", "a1", "c1", "a2"], waiting.Select(Name));
    }

    [Fact]
    public void Should_read_a_conversation_that_was_kept_before_authors_were()
    {
        var kept = JsonSerializer.SerializeToNode(new ConversationState { CurrentState = "Generating", Waiting = Line("a1") })!.AsObject();
        Assert.True(kept.Remove(nameof(ConversationState.LastAuthors)));

        var read = kept.Deserialize<ConversationState>()!;

        Assert.Empty(read.LastAuthors);
        Assert.Equal("a1", Name(WaitingLine.Next(read.Waiting, read.LastAuthors)));
    }

    private static IEnumerable<string> Answer(string all, List<string> lastAuthors)
    {
        var waiting = Line(all);
        while (waiting.Count > 0)
        {
            var next = WaitingLine.Next(waiting, lastAuthors);
            waiting.Remove(next);
            WaitingLine.Answer(lastAuthors, next.Message.Author);
            yield return Name(next);
        }
    }

    private static List<WaitingMessage> Line(string all) => [.. all.Split(' ').Select((name, i) => Message(name[..1], name[1] - '0', i))];

    private static WaitingMessage Message(string author, int number, int second) =>
        new(Publishing.Message("chat", $"{number}") with { Author = author, ReceivedAt = Start.AddSeconds(second) }, "");

    private static string Name(WaitingMessage waiting) => $"{waiting.Message.Author}{waiting.Message.Text}";
}

using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Context;
using Bus.Tests.Wire;
using Xunit;

namespace Bus.Tests.Memory;

public sealed class What_was_changed_or_made_anew
{
    private static readonly Guid Session = Ids.From(Guid.Empty, "session");
    private static readonly MessageReceived One = Said("one");
    private static readonly MessageReceived Two = Said("two");

    [Fact]
    public void Should_be_shown_as_it_is_now_in_its_old_place()
    {
        var prompt = Build(One, Reply(One, "first"), Edit(One, "uno"), Two, Edit(One, "eins"));
        Assert.Equal([[5L], [2, 4]], prompt.Parts.Select(part => part.Versions.ToArray()));
        var shown = new[] { "eins", "first", "two" }.Select((text, i) => new PromptMessage(i == 1 ? Roles.Assistant : Roles.User, text));
        Assert.Equal(RenderedPrompt.Of("", shown).Hash(), prompt.Hash);
    }

    [Fact]
    public void Should_not_be_shown_with_the_reply_that_counts_no_more()
    {
        var again = (TurnRetried)Examples.Full(typeof(TurnRetried)) with { TurnId = Ids.From(Guid.Empty, "again"), RetriedTurnId = One.MessageId };
        Assert.Equal([1L], Assert.Single(Build(One, Reply(One, "bad"), again).Parts).Versions);
        var later = Build(One, Reply(One, "bad"), again, Reply(Said("x") with { MessageId = again.TurnId }, "good"), Two);
        Assert.Equal([1L, 4, 5], Assert.Single(later.Parts).Versions);
    }

    [Fact]
    public void Should_make_nothing_of_a_change_of_what_is_not_shown() => Assert.Equal([2L], Assert.Single(Build(Edit(One, "uno"), Two).Parts).Versions);

    private static PromptReference Build(params object[] events) => PromptBuilder.Build(
        new ContextSettings("", 8, 10_000), events.Select((data, i) => new StreamEvent(Session, i + 1, data)).Reverse());

    private static MessageReceived Said(string text) => new(Guid.Empty, Ids.From(Guid.Empty, text), new Origin("api", "b", "p"), "42", text, null, null, default);

    private static ReplyGenerated Reply(MessageReceived to, string text) =>
        (ReplyGenerated)Examples.Full(typeof(ReplyGenerated)) with { TurnId = to.MessageId, Text = text };

    private static MessageEdited Edit(MessageReceived message, string text) =>
        new(Guid.Empty, message.MessageId, Ids.From(message.MessageId, text), message.Origin, message.Author, null, text, default);
}

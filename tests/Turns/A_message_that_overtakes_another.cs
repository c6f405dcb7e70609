using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>Two processes share the queue of a saga: the second of two messages may come to one before the first comes to the other.</summary>
public sealed class A_message_that_overtakes_another(GatedSystem shared)
{
    [Fact]
    public async Task Should_wait_for_the_one_that_it_follows()
    {
        var (system, _, provider) = await shared.Get();
        var first = Publishing.Message("overtaking", "the slower one");
        var second = Publishing.Message("overtaking", "the faster one") with { After = first.MessageId };

        await system.Say(second);
        await system.State(first.ConversationId, "Idle");
        await system.Say(first);
        await (await provider.Call("the slower one")).Answer("one");
        await (await provider.Call("the faster one")).Answer("two");

        var events = await system.After(Ids.Session(first.ConversationId, first.MessageId), turns: 2);
        events.ShouldBeSound();
        Assert.Equal(["the slower one", "the faster one"], events.All<MessageReceived>().Select(message => message.Text));
    }

    [Fact]
    public async Task Should_not_be_overtaken_in_turn_while_it_waits()
    {
        var (system, _, provider) = await shared.Get();
        var first = Publishing.Message("overtaking twice", "the slowest one");
        var second = Publishing.Message("overtaking twice", "the middle one") with { After = first.MessageId };
        var third = Publishing.Message("overtaking twice", "the fastest one") with { After = second.MessageId };

        await system.Say(second);
        await system.State(first.ConversationId, "Idle");
        await system.Say(third);
        await system.Consumed(third.MessageId);
        await system.Say(first);
        foreach (var text in (string[])["the slowest one", "the middle one", "the fastest one"])
            await (await provider.Call(text)).Answer("well");

        var events = await system.After(Ids.Session(first.ConversationId, first.MessageId), turns: 3);
        events.ShouldBeSound();
        Assert.Equal(["the slowest one", "the middle one", "the fastest one"], events.All<MessageReceived>().Select(message => message.Text));
    }

    [Fact]
    public async Task Should_not_be_waited_for_when_it_is_taken_back()
    {
        var (system, _, provider) = await shared.Get();
        var takenBack = Publishing.Message("overtaking and leaving", "never mind") with { After = Publishing.NewId() };
        var next = Publishing.Message("overtaking and leaving", "the one behind") with { After = takenBack.MessageId };
        await system.Say(takenBack);
        await system.State(takenBack.ConversationId, "Idle");
        await system.Say(next);
        await system.Consumed(next.MessageId);

        await system.Decided(new CancelTurn(takenBack.ConversationId, takenBack.MessageId));
        await (await provider.Call("the one behind")).Answer("well");

        (await system.After(Ids.Session(takenBack.ConversationId, takenBack.MessageId), turns: 1)).ShouldBeSound();
    }

    [Fact]
    public async Task Should_not_wait_for_ever()
    {
        var (system, _, provider) = await shared.Get();
        var message = Publishing.Message("overtaking nobody", "after one that never comes");
        // It has waited already as long as it may: it waits the least.
        message = message with { After = Publishing.NewId(), ReceivedAt = message.ReceivedAt - Limits.LongestFollowed };

        await system.Say(message);
        await (await provider.Call("after one that never comes")).Answer("well");

        (await system.After(Ids.Session(message.ConversationId, message.MessageId), turns: 1)).ShouldBeSound();
        await system.Resting(message.ConversationId);
        Assert.Null(await system.Scalar<DateTime?>("select deadline from conversation_state where id = $1", message.ConversationId));
    }

    [Fact]
    public async Task Should_have_its_turn_at_once_when_the_other_has_come()
    {
        var (system, _, provider) = await shared.Get();
        var first = Publishing.Message("in order", "the one before");
        var second = Publishing.Message("in order", "the one after") with { After = first.MessageId };
        await system.Say(first);
        await (await provider.Call("the one before")).Answer("one");
        await system.After(Ids.Session(first.ConversationId, first.MessageId), turns: 1);

        await system.Say(second);
        await (await provider.Call("the one after")).Answer("two");

        (await system.After(Ids.Session(first.ConversationId, first.MessageId), turns: 2)).ShouldBeSound();
    }

    [Fact]
    public async Task Should_be_told_by_the_process_that_took_both_in()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var first = await OpenAnswer.To(host.Http, session, "taken in first");
        await using var second = await OpenAnswer.To(host.Http, session, "taken in second");
        await (await provider.Call("taken in first")).Answer("one");
        Assert.Equal("one", await first.Rest());
        await (await provider.Call("taken in second")).Answer("two");
        Assert.Equal("two", await second.Rest());
        await using (var third = await OpenAnswer.To(host.Http, session, "taken in third"))
        {
            await (await provider.Call("taken in third")).Answer("three");
            Assert.Equal("three", await third.Rest());
        }

        var messages = (await system.After(session, turns: 3)).All<MessageReceived>();
        Assert.Equal([null, messages[0].MessageId, null], messages.Select(message => message.After));
    }
}

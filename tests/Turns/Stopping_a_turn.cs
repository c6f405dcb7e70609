using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Stopping_a_turn(GatedSystem shared)
{
    [Fact]
    public async Task Should_hang_up_on_the_model_and_keep_what_it_said()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "stop me");
        var call = await provider.Call("stop me");
        await call.Say("as far as ");
        Assert.Equal("as far as ", await stream.Piece());
        await call.Say("this");
        Assert.Equal("this", await stream.Piece());

        await host.Http.CancelTurn(session);

        await call.Gone;
        Assert.Equal("", await stream.Rest());
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        var reply = Assert.Single(events.All<ReplyGenerated>());
        Assert.Equal(("as far as this", FinishReasons.Cancelled), (reply.Text, reply.FinishReason));
        Assert.True(reply.Usage is { Estimated: true, InputTokens: > 0, OutputTokens: > 0 }, $"{reply.Usage}");
        Assert.Equal(["user: stop me", "assistant: as far as this"], await host.Http.History(session));
        Assert.Equal(1, provider.Count("stop me"));
    }

    /// <summary>The provider had no time to give figures; the reply is paid for all the same.</summary>
    [Fact]
    public async Task Should_count_what_the_model_was_shown_and_what_it_said()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "stop and count");
        var call = await provider.Call("stop and count");
        const string said = "twenty-seven bytes of words";
        await call.Say(said);
        Assert.Equal(said, await stream.Piece());

        await host.Http.CancelTurn(session);

        await stream.Rest();
        var reply = Assert.Single((await system.After(session, turns: 1)).All<ReplyGenerated>());
        Assert.Equal(FinishReasons.Cancelled, reply.FinishReason);
        var shown = call.Prompt.Sum(message => RenderedPrompt.EstimateTokens(message.Text));
        Assert.Equal(new Usage(shown, RenderedPrompt.EstimateTokens(said), 0, 0, Estimated: true), reply.Usage);
    }

    [Fact]
    public async Task Should_be_visible_when_the_model_has_said_nothing_yet()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var asking = host.Http.Chat(session, "stop me early");
        var call = await provider.Call("stop me early");

        await (await system.Bus()).Publish(new CancelTurn(await system.ConversationOf(session), await system.MessageId("stop me early")), TestContext.Current.CancellationToken);

        await call.Gone;
        using var answer = await asking;
        Assert.Contains("\"assistant_reply\":\"Stopped.\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await system.After(session, turns: 1)).ShouldBeSound();
    }

    [Fact]
    public async Task Should_take_back_a_message_that_waits()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var first = await OpenAnswer.To(host.Http, session, "goes first");
        var call = await provider.Call("goes first");
        await using var second = await OpenAnswer.To(host.Http, session, "taken back");
        var conversation = await system.ConversationOf(session);
        var waiting = await Eventually.Get(
            () => system.Scalar<Guid>("select (body -> 'Waiting' -> 0 -> 'Message' ->> 'MessageId')::uuid from conversation_state where id = $1", conversation),
            id => id != Guid.Empty);

        await system.Decided(new CancelTurn(conversation, waiting));

        Assert.Equal("Stopped.", await second.Rest());
        await call.Answer("answered");
        Assert.Equal("answered", await first.Rest());
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Equal(waiting, Assert.Single(events.All<TurnCancelled>()).TurnId);
        Assert.Equal(0, provider.Count("taken back"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_not_touch_the_turn_after_the_one_named()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var first = await OpenAnswer.To(host.Http, session, "over before");
        await (await provider.Call("over before")).Answer("one");
        await first.Rest();
        await using var second = await OpenAnswer.To(host.Http, session, "not to be stopped");
        var call = await provider.Call("not to be stopped");

        await system.Decided(new CancelTurn(await system.ConversationOf(session), await system.MessageId("over before")));

        await call.Answer("two");
        Assert.Equal("two", await second.Rest());
        (await system.After(session, turns: 2)).ShouldBeSound();
    }
}

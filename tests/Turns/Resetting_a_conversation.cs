using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Resetting_a_conversation(GatedSystem shared)
{
    [Fact]
    public async Task Should_make_the_next_message_of_the_chat_begin_afresh()
    {
        var (system, host, provider) = await shared.Get();
        var first = host.Http.Handle("reset me", "before the reset");
        var before = await provider.Call("before the reset");
        await before.Answer("noted");
        Assert.Equal("noted", await first);

        Assert.Equal(1, await host.Http.Reset(new { chat_id = "reset me" }));
        Assert.Equal(0, await host.Http.Reset(new { chat_id = "reset me" }));

        var second = host.Http.Handle("reset me", "after the reset");
        var after = await provider.Call("after the reset");
        Assert.Equal(["after the reset"], after.Said);
        Assert.Equal(2, after.Prompt.Count);
        await after.Answer("fresh");
        Assert.Equal("fresh", await second);

        var old = Ids.Session(Conversation("reset me"), await system.MessageId("before the reset"));
        Assert.Equal(["user: before the reset", "assistant: noted"], await host.Http.History(old));
        (await system.Events(old)).ShouldBeSound();
        Assert.Equal(1, await host.Http.Reset(new { chat_id = "reset me" }));
    }

    [Fact]
    public async Task Should_close_the_session_named_and_no_other()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var another = await host.Http.CreateSession();
        await using (var stream = await OpenAnswer.To(host.Http, session, "by session"))
        {
            await (await provider.Call("by session")).Answer("noted");
            await stream.Rest();
        }

        Assert.Equal(1, await host.Http.Reset(new { session_id = session }));
        Assert.Equal(0, await host.Http.Reset(new { session_id = session }));
        Assert.Equal(["user: by session", "assistant: noted"], await host.Http.History(session));

        await using var next = await OpenAnswer.To(host.Http, session, "after by session");
        var call = await provider.Call("after by session");
        Assert.Equal(["after by session"], call.Said);
        await call.Answer("fresh");
        await next.Rest();
        Assert.Equal(2, (await host.Http.History(session)).Count);
        Assert.Equal(1, await host.Http.Reset(new { session_id = another }));
    }

    [Fact]
    public async Task Should_find_nothing_to_reset_in_a_chat_that_nobody_knows()
    {
        var (system, host, _) = await shared.Get();
        Assert.Equal(0, await host.Http.Reset(new { chat_id = "never heard of" }));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from conversation_state where id = $1", Conversation("never heard of")));
    }

    [Fact]
    public async Task Should_end_the_turn_in_progress_where_people_see_it()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "reset during");
        var call = await provider.Call("reset during");
        await call.Say("half ");
        Assert.Equal("half ", await stream.Piece());

        Assert.Equal(1, await host.Http.Reset(new { session_id = session }));

        Assert.EndsWith("Stopped.", await stream.Rest(), StringComparison.Ordinal);
        await call.Gone;
        await system.Resting(await system.ConversationOf(session));
        var events = await system.Events(session);
        Assert.Equal(
            ["session_started", "message_received", "turn_started", "context_built", "turn_cancelled", "session_closed"],
            events.Names().Where(name => name != "reply_discarded"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_let_what_waits_begin_the_new_session()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var first = await OpenAnswer.To(host.Http, session, "reset with one waiting");
        var call = await provider.Call("reset with one waiting");
        await using var second = await OpenAnswer.To(host.Http, session, "the one that waits");
        var conversation = await system.ConversationOf(session);
        await Eventually.Get(() => system.Scalar<int>("select json_array_length((body -> 'Waiting')::json) from conversation_state where id = $1", conversation), n => n == 1);

        Assert.Equal(1, await host.Http.Reset(new { session_id = session }));

        Assert.Equal("Stopped.", await first.Rest());
        var next = await provider.Call("the one that waits");
        Assert.Equal(["the one that waits"], next.Said);
        await next.Answer("here you are");
        Assert.Equal("here you are", await second.Rest());
        await call.Gone;
        Assert.Equal(["user: reset with one waiting"], await host.Http.History(session));
    }

    [Fact]
    public async Task Should_ignore_what_the_model_of_the_turn_before_still_says()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "late after reset");
        await provider.Call("late after reset");
        await host.Http.Reset(new { session_id = session });
        Assert.Equal("Stopped.", await stream.Rest());
        var before = await system.Events(session);
        var turn = before.All<TurnStarted>()[0];
        var now = TimeProvider.System.GetUtcNow();

        await system.Decided(new ReplyGenerated(
            turn.ConversationId, session, turn.TurnId, Ids.Attempt(turn.TurnId, 1), "too late", "p", "m", FinishReasons.Stop,
            new Usage(1, 1, 0, 0, Estimated: false), now, now));

        Assert.Equal(before.Names().Where(name => name != "reply_discarded"), (await system.Events(session)).Names().Where(name => name != "reply_discarded"));
    }

    private static Guid Conversation(string chat) => new Origin(Platforms.Api, "chat", chat).ConversationId();
}

using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Events_that_come_late_or_twice(GatedSystem shared)
{
    private static readonly Usage None = new(0, 0, 0, 0, Estimated: true);

    [Fact]
    public async Task Should_change_nothing_while_the_model_speaks()
    {
        var (system, _, provider) = await shared.Get();
        var message = Publishing.Message("late, generating", "while generating");
        await system.Say(message);
        var call = await provider.Call("while generating");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        await system.State(message.ConversationId, "Generating");
        var before = await system.Events(session);

        await Publish(system, [ContextBuilt(before), .. Foreign(before, Publishing.NewId()), Delivered(before, message.MessageId)]);

        await ShouldHaveKept(system, session, before, late: 1, repeated: 1);
        await call.Answer("undisturbed");
        var events = await system.After(session, turns: 1);
        Assert.Equal("undisturbed", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal(1, provider.Count("while generating"));
        events.ShouldBeSound();
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_change_nothing_when_the_turn_is_over()
    {
        var (system, host, provider) = await shared.Get();
        var message = Publishing.Message("late, idle", "while idle");
        await system.Say(message);
        await (await provider.Call("while idle")).Answer("done with it");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var before = await system.After(session, turns: 1);

        var same = message.MessageId;
        await Publish(
            system, ContextBuilt(before), Later(Assert.Single(before.All<ReplyGenerated>())), Failed(before, same, Ids.Attempt(same, 1)),
            Delivered(before, same), new TurnTimedOut(message.ConversationId, same, message.ReceivedAt), new CancelTurn(message.ConversationId, same));

        await ShouldHaveKept(system, session, before, late: 0, repeated: 2);
        Assert.Equal(["user: while idle", "assistant: done with it"], await host.Http.History(session));
        Assert.Equal("Idle", await system.Scalar<string>("select state from conversation_state where id = $1", message.ConversationId));
        Assert.Equal(1, provider.Count("while idle"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_change_nothing_in_the_turn_after()
    {
        var (system, _, provider) = await shared.Get();
        var first = Publishing.Message("late, next", "the first of two");
        var second = Publishing.Message("late, next", "the second of two");
        await system.Say(first);
        await (await provider.Call("the first of two")).Answer("one");
        var session = Ids.Session(first.ConversationId, first.MessageId);
        var before = await system.After(session, turns: 1);
        await system.Say(second);
        var call = await provider.Call("the second of two");
        await system.State(first.ConversationId, "Generating");
        before = await system.Events(session);

        await Publish(
            system, before.All<ContextBuilt>()[0], before.All<ReplyGenerated>()[0], Later(before.All<ReplyGenerated>()[0]), Failed(before, first.MessageId, Ids.Attempt(first.MessageId, 1)),
            Delivered(before, first.MessageId), new TurnTimedOut(first.ConversationId, first.MessageId, first.ReceivedAt),
            new TurnTimedOut(first.ConversationId, second.MessageId, first.ReceivedAt), new CancelTurn(first.ConversationId, first.MessageId));

        await ShouldHaveKept(system, session, before, late: 0, repeated: 2);
        await call.Answer("two");
        var events = await system.After(session, turns: 2);
        events.ShouldBeSound();
        Assert.Equal(["one", "two"], events.All<ReplyGenerated>().Select(r => r.Text));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_make_no_conversation_where_there_is_none()
    {
        var (system, _, provider) = await shared.Get();
        var message = Publishing.Message("late, model", "of an existing one");
        await system.Say(message);
        await (await provider.Call("of an existing one")).Answer("yes");
        var events = await system.After(Ids.Session(message.ConversationId, message.MessageId), turns: 1);
        var unknown = Publishing.NewId();

        await Publish(
            system, events.All<ContextBuilt>()[0] with { ConversationId = unknown }, events.All<ReplyGenerated>()[0] with { ConversationId = unknown },
            Failed(events, message.MessageId, Ids.Attempt(message.MessageId, 1)) with { ConversationId = unknown },
            events.All<ReplyDelivered>()[0] with { ConversationId = unknown },
            new TurnTimedOut(unknown, message.MessageId, message.ReceivedAt), new CancelTurn(unknown, null), new CloseSession(unknown, null));

        Assert.Equal(0, await system.Scalar<long>("select count(*) from conversation_state where id = $1", unknown));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from mt_events where data ->> 'ConversationId' = $1", unknown.ToString()));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_change_nothing_before_the_context_is_built_and_before_the_answer_is_delivered()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("right"));
        await using var system = await TestSystem.Create(provider.Settings);
        await system.AddProcess("saga");
        var message = Publishing.Message("late, alone", "alone");
        await system.Say(message);
        await system.State(message.ConversationId, "BuildingContext");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var before = await system.Events(session);
        await Publish(system, [.. Foreign(before, Publishing.NewId()), .. Results(before, message.MessageId)]);
        await ShouldHaveKept(system, session, before, late: 2, repeated: 2);

        await system.AddProcess("memory,llm");
        await system.State(message.ConversationId, "Delivering");
        before = await system.Events(session);
        await Publish(
            system, [ContextBuilt(before), before.All<ReplyGenerated>()[0], .. Foreign(before, Publishing.NewId()), Failed(before, message.MessageId, Ids.Attempt(message.MessageId, 1))]);
        await ShouldHaveKept(system, session, before, late: 1, repeated: 2);

        var ingress = await system.AddProcess("ingress");
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Equal(["user: alone", "assistant: right"], await ingress.Http.History(session));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_be_kept_when_an_answer_reaches_its_people_after_that_was_given_up()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("late, but there"));
        await using var system = await TestSystem.Create(provider.Settings);
        await system.AddProcess("saga,memory,llm");
        var message = Publishing.Message("late, delivered", "alone");
        await system.Say(message);
        await system.State(message.ConversationId, "Delivering");
        var deadline = await system.Scalar<DateTime>("select deadline from conversation_state where id = $1", message.ConversationId);
        await Publish(system, new TurnTimedOut(message.ConversationId, message.MessageId, deadline));
        await system.Resting(message.ConversationId);

        var ingress = await system.AddProcess("ingress");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var events = await Eventually.Get(() => system.Events(session), log => log.All<ReplyDelivered>().Count > 0);
        Assert.Equal(["turn_failed", "reply_delivered"], events.Names().TakeLast(2));
        await Publish(system, events.All<ReplyDelivered>()[0]);
        Assert.Equal(events.Names(), (await system.Events(session)).Names());
        Assert.Equal(["user: alone", "assistant: late, but there"], await ingress.Http.History(session));
    }

    /// <summary>What models made is kept, since it was paid for; nothing else has changed.</summary>
    private static async Task ShouldHaveKept(TestSystem system, Guid session, IReadOnlyList<StoredEvent> before, int late, int repeated)
    {
        var events = await system.Events(session);
        Assert.Equal(before.Names(), events.Take(before.Count).Names());
        var reasons = events.Skip(before.Count).Select(added => Assert.IsType<ReplyDiscarded>(added.Data).Reason).ToList();
        Assert.Equal((late, repeated), (reasons.Count(reason => reason == DiscardReasons.Late), reasons.Count(reason => reason == DiscardReasons.Repeated)));
        Assert.Equal(late + repeated, reasons.Count);
    }

    private static async Task Publish(TestSystem system, params IEnumerable<object> messages) =>
        await Task.WhenAll(messages.Select(system.Decided));

    private static ContextBuilt ContextBuilt(IReadOnlyList<StoredEvent> log) => log.All<ContextBuilt>()[^1];

    /// <summary>Results of a turn that is not this conversation's, or of an attempt that is not this turn's.</summary>
    private static IEnumerable<object> Foreign(IReadOnlyList<StoredEvent> log, Guid another) =>
        [.. Results(log, another), new CancelTurn(TurnLog.Conversation(log), another)];

    private static IEnumerable<object> Results(IReadOnlyList<StoredEvent> log, Guid turn)
    {
        var (conversation, session, now) = (TurnLog.Conversation(log), log[0].StreamId, TimeProvider.System.GetUtcNow());
        var attempt = Publishing.NewId();
        return
        [
            new ReplyGenerated(conversation, session, turn, attempt, "foreign", "p", "m", FinishReasons.Stop, None, now, now),
            Failed(log, turn, attempt),
            Delivered(log, turn),
            new TurnTimedOut(conversation, turn, now),
        ];
    }

    /// <summary>The same attempt, made by another process.</summary>
    private static ReplyGenerated Later(ReplyGenerated reply) => reply with { Text = "late", GeneratedAt = reply.GeneratedAt.AddSeconds(1) };

    private static ReplyFailed Failed(IReadOnlyList<StoredEvent> log, Guid turn, Guid attempt)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(TurnLog.Conversation(log), log[0].StreamId, turn, attempt, "foreign", "", "p", "m", None, now, now);
    }

    private static ReplyDelivered Delivered(IReadOnlyList<StoredEvent> log, Guid turn) =>
        new(TurnLog.Conversation(log), log[0].StreamId, turn, [], TimeProvider.System.GetUtcNow());
}

using Bus.Contracts;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>The steps by which sessions open, close and go.</summary>
public sealed class SessionSteps(TimeProvider time)
{
    /// <summary>Opens a session; one that is open already stays the conversation's session.</summary>
    public Task OpenSession(BehaviorContext<ConversationState, OpenSession> context)
    {
        var saga = context.Saga;
        var started = new SessionStarted(saga.CorrelationId, saga.SessionId ?? context.Message.SessionId, context.Message.Origin, time.GetUtcNow());
        if (saga.SessionId is null)
        {
            saga.SessionId = started.SessionId;
            saga.SessionVersion = 0;
            context.Append(started);
        }

        return context.RespondAsync(started);
    }

    /// <summary>Closes the open session, and with it the turn in progress.</summary>
    public async Task CloseSession(BehaviorContext<ConversationState, CloseSession> context)
    {
        var saga = context.Saga;
        if (saga.SessionId is not { } sessionId || (context.Message.SessionId ?? sessionId) != sessionId)
        {
            await Answer(context, new NoOpenSession(saga.CorrelationId));
            return;
        }

        await EndTurn(context, keep: true);
        var closed = new SessionClosed(saga.CorrelationId, sessionId, time.GetUtcNow());
        context.Append(closed);
        await Leave(context);
        await Answer(context, closed);
    }

    /// <summary>Removes a session for good. What waits for its turn was said in it and goes too.</summary>
    public async Task EraseSession(BehaviorContext<ConversationState, EraseSession> context)
    {
        var saga = context.Saga;
        if (saga.SessionId == context.Message.SessionId)
        {
            await EndTurn(context, keep: false);
            foreach (var waiting in saga.Waiting)
                await Tell(context, waiting.Message.MessageId, waiting.Message.Origin, waiting.Message.ReplyTo, waiting.Message.Sent, waiting.Trace);
            saga.Waiting.Clear();
            await Leave(context);
        }

        var erased = new SessionErased(saga.CorrelationId, context.Message.SessionId, time.GetUtcNow());
        context.Erase(erased);
        // What others keep of the session goes with it.
        await context.Publish(erased);
        await context.RespondAsync(erased);
    }

    /// <summary>Whoever asked is told in their chat, or gets an answer back.</summary>
    public static Task Answer<T>(ConsumeContext<CloseSession> context, T answer)
        where T : class => context.Message.Asker is { } asker ? context.Tell(context.Message.ConversationId, asker) : context.RespondAsync(answer);

    /// <summary>The session is over; nothing of it can be answered anew.</summary>
    private static async Task Leave(Turning context)
    {
        var saga = context.Saga;
        saga.SessionId = null;
        saga.LastTurnId = null;
        if (saga.Retry is { } retry)
            await context.Tell(saga.CorrelationId, retry.Asked.Asker, retry.Asked.ReplyTo);
        saga.Retry = null;
    }

    /// <summary>Ends the turn in progress at once; what its model still hands in comes too late.</summary>
    private async Task EndTurn(Turning context, bool keep)
    {
        var saga = context.Saga;
        if (saga.Turn is not { } turn)
            return;

        if (saga.CurrentState != nameof(ConversationStateMachine.Delivering))
        {
            if (keep)
                context.Append(new TurnCancelled(saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, time.GetUtcNow()));
            if (turn.AttemptId is { } attemptId)
                await context.Publish(new StopGenerating(turn.TurnId, attemptId));
            await Tell(context, turn.TurnId, turn.Origin, turn.ReplyTo, turn.Answers, turn.Trace);
        }

        saga.Turn = null;
    }

    private static async Task Tell(Turning context, Guid turnId, Origin origin, string? replyTo, PlatformMessage? answers, string trace)
    {
        using var _ = SagaContextExtensions.InTrace(trace);
        await context.Publish(new DeliverReply(
            context.Saga.CorrelationId, context.Saga.SessionId!.Value, turnId, origin, Notices.Stopped, TurnOutcomes.Cancelled,
            SagaContextExtensions.TraceIdOf(trace), replyTo, answers));
    }
}

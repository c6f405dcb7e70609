using System.Diagnostics;
using Bus.Contracts;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>The steps of a turn, in the order in which the state machine takes them.</summary>
public sealed class TurnSteps(TimeProvider time, TurnSettings settings)
{
    /// <summary>A first message: its turn starts at once.</summary>
    public Task StartTurn(BehaviorContext<ConversationState, MessageReceived> context)
    {
        Precedence.Place(context.Saga, context.Message.MessageId);
        return Start(context, new WaitingMessage(context.Message, Activity.Current?.Id ?? ""));
    }

    /// <summary>The message follows one that has not had its place yet.</summary>
    public bool IsEarly(BehaviorContext<ConversationState, MessageReceived> context) =>
        Precedence.HeldUntil(context.Saga, context.Message, time.GetUtcNow()) is not null;

    /// <summary>A message while a turn is in progress, or one that follows another: it waits. When too many do, one of them gives way.</summary>
    public Task Wait(BehaviorContext<ConversationState, MessageReceived> context)
    {
        var waiting = context.Saga.Waiting;
        var heldUntil = Precedence.HeldUntil(context.Saga, context.Message, time.GetUtcNow());
        var arrived = new WaitingMessage(context.Message, Activity.Current?.Id ?? "", heldUntil);
        WaitingLine.Add(waiting, arrived);
        if (heldUntil is null)
            Precedence.Place(context.Saga, context.Message.MessageId);
        if (waiting.Count <= settings.MostWaiting)
            return Task.CompletedTask;

        var givesWay = WaitingLine.GivesWay(waiting);
        waiting.Remove(givesWay);
        return EndUnstarted(context, givesWay, TurnOutcomes.Failed, givesWay == arrived ? Notices.TooManyWaiting : Notices.GaveWay);
    }

    /// <summary>The context is there: the model is asked.</summary>
    public static Task AskModel(BehaviorContext<ConversationState, ContextBuilt> context)
    {
        var saga = context.Saga;
        var turn = saga.Turn!;
        var attemptId = Ids.Attempt(turn.TurnId, 1);
        saga.Turn = turn with { AttemptId = attemptId };
        context.Append(context.Message);
        return context.Publish(new GenerateReply(
            saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, attemptId, context.Message.Prompt, turn.Options, turn.ReplyTo, turn.EndsAt));
    }

    /// <summary>The model answered, or was stopped and handed in what it had.</summary>
    public Task EndReplied(BehaviorContext<ConversationState, ReplyGenerated> context)
    {
        var reply = context.Message;
        context.Append(reply);
        return reply.FinishReason == FinishReasons.Cancelled
            ? Deliver(context, reply.Text.Length > 0 ? reply.Text : Notices.Stopped, TurnOutcomes.Cancelled)
            : Deliver(context, reply.Text, TurnOutcomes.Replied);
    }

    /// <summary>The model did not answer: people are told, and keep what there was.</summary>
    public Task EndFailed(BehaviorContext<ConversationState, ReplyFailed> context)
    {
        context.Append(context.Message);
        return Fail(context, context.Message.Reason, context.Message.PartialText);
    }

    /// <summary>The deadline passed.</summary>
    public async Task EndTimedOut(BehaviorContext<ConversationState, TurnTimedOut> context)
    {
        var turn = context.Saga.Turn!;
        using var trace = SagaContextExtensions.InTrace(turn.Trace);
        if (turn.IsCancelled)
        {
            await EndCancelled(context);
            return;
        }

        if (turn.AttemptId is { } attemptId)
            await context.Publish(new StopGenerating(turn.TurnId, attemptId));
        await Fail(context, Notices.TimedOut, "");
    }

    /// <summary>Somebody stopped the turn while its model speaks: it is told to hand in what it has.</summary>
    public Task StopModel(BehaviorContext<ConversationState, CancelTurn> context)
    {
        var turn = context.Saga.Turn!;
        context.Saga.Turn = turn with { IsCancelled = true };
        context.Saga.Deadline = Deadline(TurnSettings.StopTimeout);
        return context.Publish(new StopGenerating(turn.TurnId, turn.AttemptId!.Value));
    }

    /// <summary>The turn was stopped before its model said anything.</summary>
    public Task EndCancelled(Turning context)
    {
        var saga = context.Saga;
        context.Append(new TurnCancelled(saga.CorrelationId, saga.SessionId!.Value, saga.Turn!.TurnId, time.GetUtcNow()));
        return Deliver(context, Notices.Stopped, TurnOutcomes.Cancelled);
    }

    /// <summary>Somebody took back a message that waits: it is kept, and its sender told that it stays unanswered.</summary>
    public Task TakeBack(BehaviorContext<ConversationState, CancelTurn> context)
    {
        var waiting = context.Saga.Waiting.Find(w => w.Message.MessageId == context.Message.TurnId)!;
        context.Saga.Waiting.Remove(waiting);
        return EndUnstarted(context, waiting, TurnOutcomes.Cancelled, Notices.Stopped);
    }

    /// <summary>The people have it: the turn is over.</summary>
    public static Task KeepDelivery(BehaviorContext<ConversationState, ReplyDelivered> context)
    {
        context.Append(context.Message);
        context.Saga.Turn = null;
        return Task.CompletedTask;
    }

    /// <summary>The adapter is away: its command waits for it, the conversation goes on.</summary>
    public Task GiveUpDelivery(BehaviorContext<ConversationState, TurnTimedOut> context)
    {
        var saga = context.Saga;
        context.Append(new TurnFailed(
            saga.CorrelationId, saga.SessionId!.Value, saga.Turn!.TurnId, Notices.NotDelivered, "", time.GetUtcNow()));
        saga.Turn = null;
        return Task.CompletedTask;
    }

    /// <summary>The next of the messages that wait has its turn.</summary>
    public async Task StartNextTurn(Turning context)
    {
        var next = WaitingLine.Next(context.Saga.Waiting.Where(waiting => waiting.HeldUntil is null), context.Saga.LastAuthors);
        context.Saga.Waiting.Remove(next);
        using var trace = SagaContextExtensions.InTrace(next.Trace);
        await Start(context, next);
    }

    /// <summary>A message waits that need not wait for another.</summary>
    public static bool HasNextTurn(Turning context) =>
        context.Saga.Waiting.Exists(waiting => waiting.HeldUntil is null);

    /// <summary>What messages follow was waited for long enough.</summary>
    public static Task Release(BehaviorContext<ConversationState, TurnTimedOut> context)
    {
        Precedence.Release(context.Saga, context.Message.Deadline);
        return Task.CompletedTask;
    }

    /// <summary>Nothing is waited for, but perhaps what messages follow that came too early.</summary>
    public static Task Rest(Turning context)
    {
        context.Saga.Deadline = context.Saga.Waiting.Min(waiting => waiting.HeldUntil);
        context.Saga.LastAuthors.Clear();
        return Task.CompletedTask;
    }

    /// <summary>The result belongs to the turn in progress.</summary>
    public static bool IsThisTurn(BehaviorContext<ConversationState, ContextBuilt> context) => context.Message.TurnId == context.Saga.Turn?.TurnId;

    /// <inheritdoc cref="IsThisTurn(BehaviorContext{ConversationState, ContextBuilt})"/>
    public static bool IsThisTurn(BehaviorContext<ConversationState, ReplyDelivered> context) => context.Message.TurnId == context.Saga.Turn?.TurnId;

    /// <summary>Naming no turn means the one in progress.</summary>
    public static bool IsThisTurn(BehaviorContext<ConversationState, CancelTurn> context) =>
        context.Message.TurnId is null || context.Message.TurnId == context.Saga.Turn?.TurnId;

    /// <summary>The result belongs to the attempt in progress.</summary>
    public static bool IsThisAttempt(BehaviorContext<ConversationState, ReplyGenerated> context) => context.Message.AttemptId == context.Saga.Turn?.AttemptId;

    /// <inheritdoc cref="IsThisAttempt(BehaviorContext{ConversationState, ReplyGenerated})"/>
    public static bool IsThisAttempt(BehaviorContext<ConversationState, ReplyFailed> context) => context.Message.AttemptId == context.Saga.Turn?.AttemptId;

    /// <summary>The deadline that passed is still the one that is waited for.</summary>
    public static bool IsDue(BehaviorContext<ConversationState, TurnTimedOut> context) =>
        context.Message.TurnId == context.Saga.Turn?.TurnId && context.Message.Deadline == context.Saga.Deadline;

    /// <summary>What a message follows was waited for long enough.</summary>
    public static bool IsHeldLongEnough(BehaviorContext<ConversationState, TurnTimedOut> context) => context.Message.Deadline == context.Saga.Deadline;

    /// <summary>The turn named has not started yet.</summary>
    public static bool IsWaiting(BehaviorContext<ConversationState, CancelTurn> context) =>
        context.Saga.Waiting.Exists(w => w.Message.MessageId == context.Message.TurnId);

    private Task Start(Turning context, WaitingMessage waiting)
    {
        var saga = context.Saga;
        var message = waiting.Message;
        var now = time.GetUtcNow();
        OpenSessionFor(context, message);
        saga.Deadline = Deadline(settings.Timeout);
        saga.Turn = new TurnInProgress(
            message.MessageId, message.Origin, message.ReplyTo, message.Options, waiting.Trace, saga.Deadline.Value);
        WaitingLine.Answer(saga.LastAuthors, message.Author);
        context.Append(
            message,
            new TurnStarted(saga.CorrelationId, saga.SessionId!.Value, message.MessageId, SagaContextExtensions.TraceIdOf(waiting.Trace), now));
        return context.Publish(new BuildContext(saga.CorrelationId, saga.SessionId.Value, message.MessageId, saga.SessionVersion));
    }

    private void OpenSessionFor(Turning context, MessageReceived message)
    {
        var saga = context.Saga;
        if (saga.SessionId is not null)
            return;
        saga.SessionId = Ids.Session(saga.CorrelationId, message.MessageId);
        saga.SessionVersion = 0;
        context.Append(new SessionStarted(saga.CorrelationId, saga.SessionId.Value, message.Origin, time.GetUtcNow()));
    }

    private Task Fail(Turning context, string reason, string partialText)
    {
        var saga = context.Saga;
        var turn = saga.Turn!;
        var notice = Notices.After(partialText, Notices.Failed(reason, SagaContextExtensions.TraceIdOf(turn.Trace)));
        context.Append(new TurnFailed(saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, reason, notice, time.GetUtcNow()));
        return Deliver(context, notice, TurnOutcomes.Failed);
    }

    private Task Deliver(Turning context, string text, string outcome)
    {
        var saga = context.Saga;
        var turn = saga.Turn!;
        saga.Deadline = Deadline(TurnSettings.DeliveryTimeout);
        return context.Publish(new DeliverReply(
            saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, turn.Origin, text, outcome, SagaContextExtensions.TraceIdOf(turn.Trace), turn.ReplyTo));
    }

    /// <summary>Ends a turn that never started, beside the one in progress.</summary>
    private async Task EndUnstarted(Turning context, WaitingMessage waiting, string outcome, string reason)
    {
        var saga = context.Saga;
        var message = waiting.Message;
        Precedence.Place(saga, message.MessageId);
        var traceId = SagaContextExtensions.TraceIdOf(waiting.Trace);
        var text = outcome == TurnOutcomes.Failed ? Notices.Failed(reason, traceId) : reason;
        OpenSessionFor(context, message);
        var sessionId = saga.SessionId!.Value;
        context.Append(message, outcome == TurnOutcomes.Failed
            ? new TurnFailed(saga.CorrelationId, sessionId, message.MessageId, reason, text, time.GetUtcNow())
            : new TurnCancelled(saga.CorrelationId, sessionId, message.MessageId, time.GetUtcNow()));
        using var trace = SagaContextExtensions.InTrace(waiting.Trace);
        await context.Publish(new DeliverReply(
            saga.CorrelationId, sessionId, message.MessageId, message.Origin, text, outcome, traceId, message.ReplyTo));
    }

    /// <summary>To the millisecond, so that a deadline compares equal after a stay in the database.</summary>
    private DateTimeOffset Deadline(TimeSpan after) =>
        DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + after).ToUnixTimeMilliseconds());
}

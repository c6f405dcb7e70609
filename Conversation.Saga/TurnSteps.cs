using System.Diagnostics;
using Bus.Contracts;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>The steps of a turn that has begun, in the order in which the state machine takes them.</summary>
public sealed class TurnSteps(TurnStart turns, TimeProvider time)
{
    /// <summary>The context is there: the model is asked.</summary>
    public static Task AskModel(BehaviorContext<ConversationState, ContextBuilt> context)
    {
        var saga = context.Saga;
        var turn = saga.Turn!;
        var attemptId = Ids.Attempt(turn.TurnId, 1);
        saga.Turn = turn with { AttemptId = attemptId };
        context.Append(context.Message);
        return context.Publish(new GenerateReply(
            saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, attemptId, context.Message.Prompt, turn.Options, turn.ReplyTo, turn.EndsAt,
            Owners.Payer(turn.Origin, turn.Author), turn.Origin.Chat(), turn.Author));
    }

    /// <summary>The model answered, or was stopped and handed in what it had.</summary>
    public Task EndReplied(BehaviorContext<ConversationState, ReplyGenerated> context)
    {
        var reply = context.Message;
        context.Append(reply);
        return reply.FinishReason == FinishReasons.Cancelled
            ? Deliver(context, reply.Text.Length > 0 ? reply.Text : StoppedNotice(context), TurnOutcomes.Cancelled, reply)
            : Deliver(context, reply.Text, TurnOutcomes.Replied, reply);
    }

    /// <summary>The model did not answer: people are told, and keep what there was.</summary>
    public Task EndFailed(BehaviorContext<ConversationState, ReplyFailed> context)
    {
        var failed = context.Message;
        context.Append(failed);
        var notice = Notices.Failed(failed, LanguageOf(context), SagaContextExtensions.TraceIdOf(context.Saga.Turn!.Trace));
        return Fail(context, failed.Reason, Notices.After(failed.PartialText, notice));
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
        await Fail(context, Notices.Reason(Notices.TimedOut), Notices.Failed(Notices.TimedOut, LanguageOf(context), SagaContextExtensions.TraceIdOf(turn.Trace)));
    }

    /// <summary>Somebody stopped the turn while its model speaks: it is told to hand in what it has.</summary>
    public Task StopModel(BehaviorContext<ConversationState, CancelTurn> context) => StopModel(context, isInterrupted: false);

    /// <summary>Its sender says something else instead, while the model speaks.</summary>
    public Task Interrupt(BehaviorContext<ConversationState, MessageReceived> context) => StopModel(context, isInterrupted: true);

    /// <summary>The turn was stopped before its model said anything.</summary>
    public Task EndCancelled(Turning context)
    {
        var saga = context.Saga;
        context.Append(new TurnCancelled(saga.CorrelationId, saga.SessionId!.Value, saga.Turn!.TurnId, time.GetUtcNow()));
        return Deliver(context, StoppedNotice(context), TurnOutcomes.Cancelled);
    }

    /// <summary>Its sender says something else instead: the turn ends before its model said anything.</summary>
    public Task EndInterrupted(BehaviorContext<ConversationState, MessageReceived> context)
    {
        context.Saga.Turn = context.Saga.Turn! with { IsInterrupted = true };
        return EndCancelled(context);
    }

    /// <summary>Somebody took back a message that waits: it is kept, and its sender told that it stays unanswered.</summary>
    public Task TakeBack(BehaviorContext<ConversationState, CancelTurn> context)
    {
        var waiting = context.Saga.Waiting.Find(w => w.Message.MessageId == context.Message.TurnId)!;
        context.Saga.Waiting.Remove(waiting);
        return turns.EndUnstarted(context, waiting);
    }

    /// <summary>Nobody has asked yet to have the answer anew that is being delivered.</summary>
    public static bool IsFirstRetry(BehaviorContext<ConversationState, RetryTurn> context) =>
        context.Saga is { Retry: null, LastTurnId: { } last } && TurnStart.IsMeant(context.Message, last);

    /// <summary>People see an answer before the conversation knows that they have it: it is made anew as soon as that is known.</summary>
    public static Task RetryAfterwards(BehaviorContext<ConversationState, RetryTurn> context)
    {
        context.Saga.Retry = new WaitingRetry(context.Message, Activity.Current?.Id ?? "");
        return Task.CompletedTask;
    }

    /// <summary>The adapter has to wait with it: the conversation waits as well.</summary>
    public static Task AwaitDelivery(BehaviorContext<ConversationState, DeliveryDelayed> context)
    {
        context.Saga.Deadline = DateTimeOffset.FromUnixTimeMilliseconds((context.Message.Until + TurnSettings.DeliveryTimeout).ToUnixTimeMilliseconds());
        return Task.CompletedTask;
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

    /// <summary>What messages follow was waited for long enough.</summary>
    public static Task Release(BehaviorContext<ConversationState, TurnTimedOut> context)
    {
        Precedence.Release(context.Saga, context.Message.Deadline);
        return Task.CompletedTask;
    }

    /// <summary>Nothing is waited for, but perhaps what messages follow that came too early, or more of what somebody says.</summary>
    public static Task Rest(Turning context)
    {
        context.Saga.Deadline = context.Saga.Waiting.Min(waiting => waiting.ReadyAt);
        context.Saga.LastAuthors.Clear();
        return Task.CompletedTask;
    }

    /// <summary>The result belongs to the turn in progress.</summary>
    public static bool IsThisTurn(BehaviorContext<ConversationState, ContextBuilt> context) => context.Message.TurnId == context.Saga.Turn?.TurnId;

    /// <inheritdoc cref="IsThisTurn(BehaviorContext{ConversationState, ContextBuilt})"/>
    public static bool IsThisTurn(BehaviorContext<ConversationState, ReplyDelivered> context) => context.Message.TurnId == context.Saga.Turn?.TurnId;

    /// <inheritdoc cref="IsThisTurn(BehaviorContext{ConversationState, ContextBuilt})"/>
    public static bool IsThisTurn(BehaviorContext<ConversationState, DeliveryDelayed> context) => context.Message.TurnId == context.Saga.Turn?.TurnId;

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

    /// <summary>There is nothing to stop: neither a turn in progress nor one that waits.</summary>
    public static bool IsForNothing(BehaviorContext<ConversationState, CancelTurn> context) => !IsWaiting(context);

    /// <summary>Who asked in vain is told.</summary>
    public static Task TellInVain(BehaviorContext<ConversationState, CancelTurn> context) =>
        context.Message.Asker is { } asker ? context.Tell(context.Saga.CorrelationId, asker) : Task.CompletedTask;

    /// <summary>Who asked in vain is told.</summary>
    public static Task TellInVain(BehaviorContext<ConversationState, RetryTurn> context) =>
        context.Tell(context.Saga.CorrelationId, context.Message.Asker, context.Message.ReplyTo);

    private Task StopModel(Turning context, bool isInterrupted)
    {
        var turn = context.Saga.Turn!;
        context.Saga.Turn = turn with { IsCancelled = true, IsInterrupted = isInterrupted };
        context.Saga.Deadline = turns.Deadline(TurnSettings.StopTimeout);
        return context.Publish(new StopGenerating(turn.TurnId, turn.AttemptId!.Value));
    }

    /// <summary>Who said something else instead sees that it is answered.</summary>
    private static string StoppedNotice(Turning context) => context.Saga.Turn!.IsInterrupted ? "" : Notices.Stopped;

    private static string? LanguageOf(Turning context) => context.Saga.Turn!.Answers?.Language;

    private Task Fail(Turning context, string reason, string notice)
    {
        var saga = context.Saga;
        context.Append(new TurnFailed(saga.CorrelationId, saga.SessionId!.Value, saga.Turn!.TurnId, reason, notice, time.GetUtcNow()));
        return Deliver(context, notice, TurnOutcomes.Failed);
    }

    private Task Deliver(Turning context, string text, string outcome, ReplyGenerated? reply = null)
    {
        var saga = context.Saga;
        var turn = saga.Turn!;
        saga.Deadline = turns.Deadline(TurnSettings.DeliveryTimeout);
        return context.Publish(new DeliverReply(
            saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, turn.Origin, text, outcome, SagaContextExtensions.TraceIdOf(turn.Trace), turn.ReplyTo, turn.Answers,
            reply?.Model, reply?.Usage, reply?.FinishReason));
    }
}

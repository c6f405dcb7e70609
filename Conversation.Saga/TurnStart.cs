using System.Diagnostics;
using Bus.Contracts;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>How turns begin: with a message, with several at once, or again.</summary>
public sealed class TurnStart(TimeProvider time, TurnSettings settings)
{
    /// <summary>A message waits that need not wait for another, nor for more.</summary>
    public bool HasNextTurn(Turning context) => Ready(context).Any();

    /// <summary>Keeps what nobody is to answer and has waited only because it might have been part of more.</summary>
    public Task Hear(Turning context)
    {
        var ready = Ready(context).ToList();
        var unasked = ready.Where(waiting => Gathering.With(ready, waiting).All(other => other.Message.Handling is { IsListenOnly: true })).ToList();
        context.Saga.Waiting.RemoveAll(unasked.Contains);
        foreach (var heard in Gathering.JoinAlbums(unasked))
            Keep(context, heard, heard.Message);
        return Task.CompletedTask;
    }

    /// <summary>The next of the messages that wait has its turn, and with it those that are answered together with it.</summary>
    public async Task StartNextTurn(Turning context)
    {
        var ready = Ready(context).ToList();
        var next = WaitingLine.Next(ready, context.Saga.LastAuthors);
        var together = Gathering.With(ready, next);
        context.Saga.Waiting.RemoveAll(together.Contains);
        using var trace = SagaContextExtensions.InTrace(next.Trace);
        var joined = Gathering.JoinAlbums(together);
        await Start(context, joined);
        foreach (var part in together.Where(part => !joined.Any(message => message.Message.MessageId == part.Message.MessageId)))
            await EndMerged(context, part);
    }

    /// <summary>A turn begins. It is that of the last message which wants an answer; the others are answered in it.</summary>
    public async Task Start(Turning context, IReadOnlyList<WaitingMessage> together)
    {
        var saga = context.Saga;
        var asked = together.Last(waiting => waiting.Message.Handling is not { IsListenOnly: true });
        var message = asked.Message;
        foreach (var other in together.Where(other => other != asked))
        {
            Keep(context, other, other.Message with { AnsweredIn = message.MessageId });
            await EndMerged(context, other);
        }

        Keep(context, asked, message);
        WaitingLine.Answer(saga.LastAuthors, message.Author);
        await Begin(context, new TurnInProgress(
            message.MessageId, message.Origin, message.ReplyTo, message.Options, asked.Trace, Deadline(settings.Timeout), Author: message.Author, Answers: message.Sent));
    }

    /// <summary>The last turn can be had again.</summary>
    public static bool HasLastTurn(BehaviorContext<ConversationState, RetryTurn> context) => context.Saga is { SessionId: not null, LastTurnId: { } last } && IsMeant(context.Message, last);

    /// <summary>The last turn is to be had again, and can.</summary>
    public static bool HasRetry(Turning context) => context.Saga is { Retry: not null, SessionId: not null, LastTurnId: not null };

    /// <summary>Who asks for a turn anew means this one.</summary>
    public static bool IsMeant(RetryTurn again, Guid turnId) => again.Retried is null || again.Retried == turnId;

    /// <summary>The last turn again.</summary>
    public Task StartAgain(BehaviorContext<ConversationState, RetryTurn> context) => StartAgain(context, context.Message, Activity.Current?.Id ?? "");

    /// <summary>The turn that has just ended again.</summary>
    public Task StartWaitingRetry(Turning context)
    {
        var (again, trace) = context.Saga.Retry!;
        context.Saga.Retry = null;
        using var _ = SagaContextExtensions.InTrace(trace);
        return StartAgain(context, again, trace);
    }

    /// <summary>Its message has another reply.</summary>
    private Task StartAgain(Turning context, RetryTurn again, string trace)
    {
        var (saga, asker) = (context.Saga, again.Asker);
        context.Append(new TurnRetried(
            saga.CorrelationId, saga.SessionId!.Value, again.TurnId, saga.LastTurnId!.Value, again.Author, asker.Origin, again.Options, again.AskedAt));
        return Begin(context, new TurnInProgress(
            again.TurnId, asker.Origin, again.ReplyTo, again.Options, trace, Deadline(settings.Timeout), Author: again.Author, Answers: asker.Sent));
    }

    /// <summary>Opens the session that a message opens when there is none.</summary>
    public void OpenSessionFor(Turning context, MessageReceived message) => OpenSession(context, message.Origin, message.MessageId);

    /// <summary>Opens a session when there is none.</summary>
    /// <param name="context">The conversation.</param>
    /// <param name="origin">Where it takes place.</param>
    /// <param name="messageId">What opens it.</param>
    public void OpenSession(Turning context, Origin origin, Guid messageId)
    {
        var saga = context.Saga;
        if (saga.SessionId is not null)
            return;
        saga.SessionId = Ids.Session(saga.CorrelationId, messageId);
        saga.SessionVersion = 0;
        context.Append(new SessionStarted(saga.CorrelationId, saga.SessionId.Value, origin, time.GetUtcNow()));
    }

    /// <summary>Ends a turn that never started, beside the one in progress.</summary>
    /// <param name="context">The conversation.</param>
    /// <param name="waiting">Its message.</param>
    /// <param name="failure">Why it fails, as a name of <see cref="Notices"/>; null when somebody stopped it.</param>
    public async Task EndUnstarted(Turning context, WaitingMessage waiting, string? failure = null)
    {
        var (saga, message) = (context.Saga, waiting.Message);
        Precedence.Place(saga, message.MessageId);
        Keep(context, waiting, message);
        var (session, now) = (saga.SessionId!.Value, time.GetUtcNow());
        using var trace = SagaContextExtensions.InTrace(waiting.Trace);
        if (failure is null)
        {
            context.Append(new TurnCancelled(saga.CorrelationId, session, message.MessageId, now));
            await context.Publish(DeliverReplyTo(context, waiting, Notices.Stopped, TurnOutcomes.Cancelled));
            return;
        }

        var notice = Notices.Failed(failure, message.Sent?.Language, SagaContextExtensions.TraceIdOf(waiting.Trace));
        context.Append(new TurnFailed(saga.CorrelationId, session, message.MessageId, Notices.Reason(failure), notice, now));
        await context.Publish(DeliverReplyTo(context, waiting, notice, TurnOutcomes.Failed));
    }

    /// <summary>To the millisecond, so that a deadline compares equal after a stay in the database.</summary>
    public DateTimeOffset Deadline(TimeSpan after) =>
        DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + after).ToUnixTimeMilliseconds());

    private Task Begin(Turning context, TurnInProgress turn)
    {
        var saga = context.Saga;
        saga.Turn = turn;
        saga.LastTurnId = turn.TurnId;
        saga.Deadline = turn.EndsAt;
        context.Append(new TurnStarted(
            saga.CorrelationId, saga.SessionId!.Value, turn.TurnId, SagaContextExtensions.TraceIdOf(turn.Trace), time.GetUtcNow()));
        return context.Publish(new BuildContext(saga.CorrelationId, saga.SessionId.Value, turn.TurnId, saga.SessionVersion));
    }

    private void Keep(Turning context, WaitingMessage waiting, MessageReceived message)
    {
        OpenSessionFor(context, message);
        context.Append(message);
        if (waiting.Edit is { } edit)
            context.Append(edit);
    }

    /// <summary>Whoever waits for the answer to a message of its own need not any longer.</summary>
    private static Task EndMerged(Turning context, WaitingMessage merged) =>
        merged.Message.ReplyTo is null ? Task.CompletedTask : context.Publish(DeliverReplyTo(context, merged, "", TurnOutcomes.Merged));

    private static DeliverReply DeliverReplyTo(Turning context, WaitingMessage waiting, string text, string outcome) => new(
        context.Saga.CorrelationId, context.Saga.SessionId!.Value, waiting.Message.MessageId, waiting.Message.Origin, text, outcome,
        SagaContextExtensions.TraceIdOf(waiting.Trace), waiting.Message.ReplyTo, waiting.Message.Sent);

    private IEnumerable<WaitingMessage> Ready(Turning context)
    {
        var now = time.GetUtcNow();
        return context.Saga.Waiting.Where(waiting => waiting.HeldUntil is null && !(waiting.GathersUntil > now));
    }
}

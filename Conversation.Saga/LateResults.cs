using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>
/// Keeps what comes when nobody waits for it any more: what models hand in for attempts that are over, which was paid for, and that an answer has
/// reached its people after all. What is in the log already comes to it no second time, and of a session that was erased nothing is kept.
/// </summary>
public sealed class LateResults(EventStore log)
{
    /// <summary>A reply for an attempt that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyGenerated> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    /// <summary>A failure for an attempt that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyFailed> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    /// <summary>An answer has reached its people after the conversation had given that up.</summary>
    public async Task Keep(BehaviorContext<ConversationState, ReplyDelivered> context)
    {
        var late = context.Message;
        var (version, isKept, others) = await Look(late.SessionId, data => Delivery(data, late.TurnId), context.CancellationToken);
        if (isKept && others is [TurnFailed])
            Append(context, late.SessionId, version, late);
    }

    private async Task Keep(Turning context, ReplyDiscarded late)
    {
        var (version, isKept, others) = await Look(
            late.SessionId, data => Result(data) is { } result && result.AttemptId == late.AttemptId ? result : null, context.CancellationToken);
        if (isKept && !others.Exists(other => (other.StartedAt, other.EndedAt) == (late.StartedAt, late.EndedAt)))
            Append(context, late.SessionId, version, others.Count == 0 ? late : late with { Reason = DiscardReasons.Repeated });
    }

    private static void Append(Turning context, Guid sessionId, long version, object @event)
    {
        if (sessionId == context.Saga.SessionId)
            context.Append(@event);
        else // The session was closed meanwhile. Should somebody append to it just now, this fails and is done again.
            context.GetPayload<UnitOfWork>().Append(sessionId, SagaContextExtensions.StreamType, version, @event);
    }

    /// <summary>What the log has of a session: its version, whether it has not been erased, and what in it is asked for.</summary>
    private async Task<(long Version, bool IsKept, List<T> Found)> Look<T>(Guid sessionId, Func<object, T?> find, CancellationToken cancellation)
        where T : class
    {
        var (version, isKept, found) = (0L, false, new List<T>());
        await foreach (var stored in log.Stream(sessionId, cancellation: cancellation))
        {
            version = stored.Version;
            isKept |= stored.Data is SessionStarted;
            if (find(stored.Data) is { } one)
                found.Add(one);
        }

        return (version, isKept, found);
    }

    /// <summary>That the delivery of a turn's answer was given up, and that it happened.</summary>
    private static object? Delivery(object @event, Guid turnId) => @event switch
    {
        TurnFailed { Reason: Notices.NotDelivered } failed when failed.TurnId == turnId => failed,
        ReplyDelivered delivered when delivered.TurnId == turnId => delivered,
        _ => null,
    };

    private static ReplyDiscarded? Result(object @event) => @event switch
    {
        ReplyGenerated reply => reply.Discarded(DiscardReasons.Late),
        ReplyFailed failed => failed.Discarded(DiscardReasons.Late),
        ReplyDiscarded discarded => discarded,
        _ => null,
    };
}

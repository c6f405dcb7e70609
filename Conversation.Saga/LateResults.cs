using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>
/// Keeps what models hand in for attempts that are over: nobody is shown it, but it was paid for. What is in the log already comes to it no second
/// time, and of a session that was erased nothing is kept.
/// </summary>
public sealed class LateResults(EventStore log)
{
    /// <summary>A reply for an attempt that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyGenerated> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    /// <summary>A failure for an attempt that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyFailed> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    private async Task Keep(Turning context, ReplyDiscarded late)
    {
        var (version, isKept, others) = await Look(late, context.CancellationToken);
        if (!isKept || others.Exists(other => (other.StartedAt, other.EndedAt) == (late.StartedAt, late.EndedAt)))
            return;

        var discarded = others.Count == 0 ? late : late with { Reason = DiscardReasons.Repeated };
        if (late.SessionId == context.Saga.SessionId)
            context.Append(discarded);
        else // The session was closed meanwhile. Should somebody append to it just now, this fails and is done again.
            context.GetPayload<UnitOfWork>().Append(late.SessionId, SagaContextExtensions.StreamType, version, discarded);
    }

    /// <summary>What the log has of the session: its version, whether it has not been erased, and what else the attempt has resulted in.</summary>
    private async Task<(long Version, bool IsKept, List<ReplyDiscarded> Others)> Look(ReplyDiscarded late, CancellationToken cancellation)
    {
        var (version, isKept, others) = (0L, false, new List<ReplyDiscarded>());
        await foreach (var stored in log.Stream(late.SessionId, cancellation: cancellation))
        {
            version = stored.Version;
            isKept |= stored.Data is SessionStarted;
            if (Result(stored.Data) is { } other && other.AttemptId == late.AttemptId)
                others.Add(other);
        }

        return (version, isKept, others);
    }

    private static ReplyDiscarded? Result(object @event) => @event switch
    {
        ReplyGenerated reply => reply.Discarded(DiscardReasons.Late),
        ReplyFailed failed => failed.Discarded(DiscardReasons.Late),
        ReplyDiscarded discarded => discarded,
        _ => null,
    };
}

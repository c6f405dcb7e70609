using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;
using Turning = MassTransit.BehaviorContext<Bus.Conversations.ConversationState>;

namespace Bus.Conversations;

/// <summary>
/// Keeps what models hand in for turns that are over: nobody is shown it, but it was paid for. Of a session that was erased nothing
/// is kept.
/// </summary>
public sealed class LateResults(EventStore log)
{
    /// <summary>A reply for a turn that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyGenerated> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    /// <summary>A failure for a turn that is over.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyFailed> context) =>
        Keep(context, context.Message.Discarded(DiscardReasons.Late));

    /// <summary>What a second process made of the same attempt.</summary>
    public Task Keep(BehaviorContext<ConversationState, ReplyDiscarded> context) => Keep(context, context.Message);

    private async Task Keep(Turning context, ReplyDiscarded discarded)
    {
        if (discarded.SessionId == context.Saga.SessionId)
        {
            context.Append(discarded);
            return;
        }

        // The session was closed meanwhile. Should somebody append to it just now, this fails and is done again.
        var first = await log.Read(discarded.SessionId, 1, 1, context.CancellationToken);
        if (first is [{ Data: SessionStarted }] && await log.Version(discarded.SessionId, context.CancellationToken) is { } version)
            context.GetPayload<UnitOfWork>().Append(discarded.SessionId, SagaContextExtensions.StreamType, version, discarded);
    }
}

using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.TurnTraces;

/// <summary>How did each turn go?</summary>
public sealed class TurnTracesProjection : SessionProjection<Guid, TurnTraceRow>
{
    private const string Waiting = "waiting";
    private const string Running = "running";

    /// <inheritdoc/>
    public override string Name => "TurnTraces";

    /// <inheritdoc/>
    public override string Table => "turn_traces";

    /// <inheritdoc/>
    public override IReadOnlyCollection<Type> Events { get; } =
    [
        typeof(MessageReceived), typeof(TurnRetried), typeof(TurnStarted), typeof(ContextBuilt), typeof(ReplyGenerated), typeof(ReplyFailed),
        typeof(TurnFailed), typeof(TurnCancelled), typeof(ReplyDelivered), typeof(SessionErased),
    ];

    /// <inheritdoc/>
    protected override string KeyColumn => "turn_id";

    /// <inheritdoc/>
    protected override Guid? KeyOf(StoredEvent stored) => stored.Data switch
    {
        MessageReceived message => message.MessageId,
        TurnRetried retried => retried.TurnId,
        TurnStarted turn => turn.TurnId,
        ContextBuilt context => context.TurnId,
        ReplyGenerated reply => reply.TurnId,
        ReplyFailed reply => reply.TurnId,
        TurnFailed turn => turn.TurnId,
        TurnCancelled turn => turn.TurnId,
        ReplyDelivered delivery => delivery.TurnId,
        _ => null,
    };

    /// <inheritdoc/>
    protected override Guid KeyOf(TurnTraceRow row) => row.TurnId;

    /// <inheritdoc/>
    protected override Guid StreamOf(TurnTraceRow row) => row.SessionId;

    /// <inheritdoc/>
    protected override TurnTraceRow? Evolve(TurnTraceRow? row, StoredEvent stored) => (row, stored.Data) switch
    {
        (null, MessageReceived { AnsweredIn: not null } or MessageReceived { Handling.IsListenOnly: true }) => null,
        (null, TurnRetried retried) => new TurnTraceRow(
            retried.TurnId, stored.Sequence, stored.StreamId, retried.ConversationId, null, retried.Author, retried.Origin.Platform, Waiting,
            null, null, null, stored.Version, stored.Version, retried.AskedAt, null, null, null, null),
        (null, MessageReceived message) => new TurnTraceRow(
            message.MessageId, stored.Sequence, stored.StreamId, message.ConversationId, null, message.Author, message.Origin.Platform, Waiting,
            null, null, null, stored.Version, stored.Version, message.ReceivedAt, null, null, null, null),
        (null, _) => null,
        (_, TurnStarted started) => row with { Status = Running, TraceId = started.TraceId, StartedAt = started.StartedAt, LastVersion = stored.Version },
        (_, ContextBuilt context) => row with { ContextAt = context.BuiltAt, LastVersion = stored.Version },
        (_, ReplyGenerated reply) => row with
        {
            Status = reply.FinishReason == FinishReasons.Cancelled ? TurnOutcomes.Cancelled : TurnOutcomes.Replied,
            Provider = reply.Provider,
            Model = reply.Model,
            GeneratedAt = reply.GeneratedAt,
            LastVersion = stored.Version,
        },
        (_, ReplyFailed failed) => row with { Provider = failed.Provider, Model = failed.Model, GeneratedAt = failed.FailedAt, LastVersion = stored.Version },
        (_, TurnFailed failed) => row with { Status = TurnOutcomes.Failed, Error = failed.Reason, EndedAt = failed.FailedAt, LastVersion = stored.Version },
        (_, TurnCancelled cancelled) => row with { Status = TurnOutcomes.Cancelled, EndedAt = cancelled.CancelledAt, LastVersion = stored.Version },
        (_, ReplyDelivered delivered) => row with
        {
            EndedAt = row.EndedAt ?? delivered.DeliveredAt,
            Error = row.Error ?? delivered.Undelivered,
            LastVersion = stored.Version,
        },
        _ => row,
    };
}

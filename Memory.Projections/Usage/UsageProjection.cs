using Bus.Contracts;
using Bus.Events;
using Tokens = Bus.Contracts.Usage;

namespace Bus.Memory.Usage;

/// <summary>What did the models take that are not in the ledger?</summary>
public sealed class UsageProjection : SessionProjection<long, UsageRow>
{
    /// <inheritdoc/>
    public override string Name => "Usage";

    /// <inheritdoc/>
    public override string Table => "usage";

    /// <inheritdoc/>
    public override IReadOnlyCollection<Type> Events { get; } = [typeof(ReplyGenerated), typeof(ReplyFailed), typeof(ReplyDiscarded), typeof(SessionErased)];

    /// <inheritdoc/>
    protected override string KeyColumn => "id";

    /// <inheritdoc/>
    protected override bool NeedsRowBefore => false;

    /// <summary>What is in the ledger counts there.</summary>
    protected override long? KeyOf(StoredEvent stored) =>
        stored.Data is ReplyGenerated { IsInLedger: true } or ReplyFailed { IsInLedger: true } or ReplyDiscarded { IsInLedger: true } ? null : stored.Sequence;

    /// <inheritdoc/>
    protected override long KeyOf(UsageRow row) => row.Id;

    /// <inheritdoc/>
    protected override Guid StreamOf(UsageRow row) => row.SessionId;

    /// <inheritdoc/>
    protected override UsageRow? Evolve(UsageRow? row, StoredEvent stored) => stored.Data switch
    {
        ReplyGenerated reply => Row(
            stored, reply.ConversationId, reply.TurnId, reply.AttemptId, reply.Provider, reply.Model,
            reply.FinishReason == FinishReasons.Cancelled ? TurnOutcomes.Cancelled : TurnOutcomes.Replied, reply.Usage, reply.StartedAt, reply.GeneratedAt, reply.EarlierRuns),
        ReplyFailed failed => Row(
            stored, failed.ConversationId, failed.TurnId, failed.AttemptId, failed.Provider, failed.Model,
            TurnOutcomes.Failed, failed.Usage, failed.StartedAt, failed.FailedAt, failed.EarlierRuns),
        ReplyDiscarded discarded => Row(
            stored, discarded.ConversationId, discarded.TurnId, discarded.AttemptId, discarded.Provider, discarded.Model,
            discarded.Reason, discarded.Usage, discarded.StartedAt, discarded.EndedAt, discarded.EarlierRuns),
        _ => null,
    };

    private static UsageRow Row(
        StoredEvent stored, Guid conversation, Guid turn, Guid attempt, string provider, string model, string outcome, Tokens tokens,
        DateTimeOffset startedAt, DateTimeOffset endedAt, int earlierRuns) => new(
        stored.Sequence, stored.StreamId, conversation, turn, attempt, provider, model, outcome,
        tokens.InputTokens, tokens.OutputTokens, tokens.CachedTokens, tokens.ReasoningTokens, tokens.Estimated, null, startedAt, endedAt, earlierRuns);
}

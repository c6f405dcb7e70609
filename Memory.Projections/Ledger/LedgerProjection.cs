using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;

namespace Bus.Memory.Ledger;

/// <summary>What did each attempt take, and what did it cost?</summary>
public sealed class LedgerProjection : RowProjection<Guid, LedgerRow>
{
    /// <inheritdoc/>
    public override string Name => "Ledger";

    /// <inheritdoc/>
    public override string Table => "ledger";

    /// <inheritdoc/>
    public override string StreamType => "ledger";

    /// <inheritdoc/>
    public override IReadOnlyCollection<Type> Events { get; } = [typeof(UsageReserved), typeof(UsageSettled), typeof(UsageCorrected)];

    /// <inheritdoc/>
    protected override string KeyColumn => "attempt_id";

    /// <inheritdoc/>
    protected override string StreamColumn => "stream_id";

    /// <summary>What was spent is kept for good.</summary>
    public override bool EndsStream(StoredEvent stored) => false;

    /// <inheritdoc/>
    protected override Guid? KeyOf(StoredEvent stored) => AttemptHistory.AttemptOf(stored.Data);

    /// <inheritdoc/>
    protected override Guid KeyOf(LedgerRow row) => row.AttemptId;

    /// <inheritdoc/>
    protected override Guid StreamOf(LedgerRow row) => row.StreamId;

    /// <inheritdoc/>
    protected override LedgerRow? Evolve(LedgerRow? row, StoredEvent stored) => AttemptHistory.After(row, stored.Data, stored.Sequence, stored.StreamId);
}

using Bus.Contracts;

namespace Bus.Memory.Ledger;

/// <summary>
/// What follows for an attempt from its events. Nothing that was spent is left out: what came without its reservation counts as well, and what comes again
/// does not count twice.
/// </summary>
internal static class AttemptHistory
{
    /// <summary>The attempt that an event is of; null when it is none of the ledger's.</summary>
    public static Guid? AttemptOf(object data) => data switch
    {
        UsageReserved reserved => reserved.AttemptId,
        UsageSettled settled => settled.AttemptId,
        UsageCorrected corrected => corrected.AttemptId,
        _ => null,
    };

    /// <summary>The attempt after an event.</summary>
    /// <param name="row">The attempt before it; null when it is the first.</param>
    /// <param name="data">The event.</param>
    /// <param name="sequence">Its place in the log.</param>
    /// <param name="stream">Its stream.</param>
    public static LedgerRow? After(LedgerRow? row, object data, long sequence, Guid stream)
    {
        return data switch
        {
            UsageReserved e => Reserved(row ?? Unknown(e.AttemptId, e.ReservedAt), e),
            UsageSettled e => Settled(row ?? Unknown(e.AttemptId, e.SettledAt), e),
            UsageCorrected e => Corrected(row ?? Unknown(e.AttemptId, e.CorrectedAt), e),
            _ => row,
        };

        LedgerRow Unknown(Guid attempt, DateTimeOffset at) => LedgerRow.Unknown(attempt, sequence, stream, at);
    }

    private static LedgerRow Reserved(LedgerRow row, UsageReserved e) => row.Number > 0 ? row : row with
    {
        CallId = e.CallId,
        Number = e.Number,
        Owner = e.Owner,
        Via = e.Via,
        Place = e.Place,
        SessionId = e.SessionId,
        TurnId = e.TurnId,
        Purpose = e.Purpose,
        Asked = e.Asked,
        Provider = e.Provider,
        Model = e.Model,
        CatalogId = e.CatalogId,
        ProviderKeyId = e.ProviderKeyId,
        ReservedInputTokens = e.InputTokens,
        ReservedOutputTokens = e.OutputTokens,
        ReservedCost = e.Cost,
        ReservedAt = e.ReservedAt,
    };

    /// <summary>What was corrected before stays corrected.</summary>
    private static LedgerRow Settled(LedgerRow row, UsageSettled e) => row.Outcome != LedgerRow.Open
        ? row
        : (row.Corrections.Count > 0 ? row : row.With(e.Basis, e.Tokens, e.Cost, e.Price)) with
        {
            Outcome = e.Outcome,
            Failure = e.Failure,
            ProviderCallId = e.ProviderCallId,
            FirstPieceAt = e.FirstPieceAt,
            SettledAt = e.SettledAt,
        };

    private static LedgerRow Corrected(LedgerRow row, UsageCorrected e) => row.Corrections.Contains(e.CorrectionId)
        ? row
        : row.With(e.Basis, e.Tokens, e.Cost, e.Price) with { Corrections = [.. row.Corrections, e.CorrectionId] };
}

using Bus.Contracts;

namespace Bus.Llm.Metering;

/// <summary>The ids of the ledger's events follow from their attempts: what is written again has the same.</summary>
internal static class LedgerIds
{
    public static Guid Reserved(Guid attemptId) => Ids.From(attemptId, "reserved");

    public static Guid Settled(Guid attemptId) => Ids.From(attemptId, "settled");

    public static Guid Corrected(Guid correctionId) => Ids.From(correctionId, "corrected");

    /// <summary>The correction by a process that was taken for dead.</summary>
    public static Guid CameBack(Guid attemptId) => Ids.From(attemptId, "came back");
}

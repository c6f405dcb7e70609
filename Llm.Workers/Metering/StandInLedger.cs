using Bus.Contracts;

namespace Bus.Llm.Metering;

/// <summary>Stand-in until the ledger is merged.</summary>
internal sealed class StandInLedger : ILedger
{
    public ValueTask<Admission> Reserve(UsageReserved reservation, ModelBudget budget, CancellationToken cancellation) => default;

    public void Settle(UsageReserved reservation, UsageSettled settlement)
    {
    }
}

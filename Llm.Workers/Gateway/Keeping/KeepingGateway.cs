using Bus.Contracts;
using Bus.Llm.Catalog;
using Bus.Llm.Metering;

namespace Bus.Llm.Gateway.Keeping;

/// <summary>The gateway for those who may be given an answer that was kept. Such an answer is in the ledger, and costs nothing.</summary>
internal sealed class KeepingGateway(ModelGateway gateway, AnswerCache cache, IModelCatalog catalog, ILedger ledger, TimeProvider time)
{
    /// <inheritdoc cref="ModelGateway.Ask"/>
    public async Task<GatewayAnswer> Ask(GatewayCall call, CancellationToken cancellation)
    {
        if (!cache.IsOn || !call.MayBeKept)
            return await gateway.Ask(call, cancellation);
        var snapshot = await catalog.Get(cancellation);
        call = call.With(snapshot);
        if (await cache.Find(call, snapshot.Resolve(call.Model, call.Provider, call.For.Chooser), cancellation) is { } kept)
            return await Give(call, kept, cancellation);
        var answer = await gateway.Ask(call, cancellation);
        answer.Recording = cache.Record(call, answer.Target);
        return answer;
    }

    private async Task<GatewayAnswer> Give(GatewayCall call, KeptAnswer kept, CancellationToken cancellation)
    {
        var reservation = call.Reservation(1, kept.Target, null, TokenCounts.None, 0, time.GetUtcNow());
        if ((await ledger.Reserve(reservation, ModelBudget.Unlimited, cancellation)).Refusal is { } refusal)
            throw new LimitException(refusal);
        return await new Attempt(reservation, new Candidate(kept.Target, null), ledger, time, isKept: true).Begin(kept, call, cancellation);
    }
}

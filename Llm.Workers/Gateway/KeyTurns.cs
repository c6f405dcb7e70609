using System.Collections.Concurrent;
using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway;

/// <summary>Which key of a model has its turn (contract, L-06 and L-22).</summary>
internal sealed class KeyTurns
{
    private readonly ConcurrentDictionary<Guid, uint> turns = new();

    /// <summary>The keys that can be used, the one that has its turn first.</summary>
    public IEnumerable<ProviderKey> Order(LlmModel model)
    {
        var usable = model.Keys.Where(key => key.IsUsable);
        return model.KeyMode switch
        {
            KeyModes.RoundRobin => usable.ToList().FromTurn(turns.AddOrUpdate(model.Id, 0, (_, last) => last + 1)),
            KeyModes.Weighted => usable.Drawn(key => key.Weight, Random.Shared),
            KeyModes.Failover => usable,
            _ => usable.Take(1),
        };
    }
}

using MassTransit;

namespace Bus.Llm.Consumers;

/// <summary>
/// What models have said for attempts that are in hand in this process. A delivery whose commit failed is consumed again, and a command may come twice
/// at the same time: each gets what was said already, so the model is asked once. A result lives as long as one of its deliveries.
/// </summary>
/// <param name="time">The time of its ids.</param>
internal sealed class AttemptResults(TimeProvider time)
{
    private const int Many = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, WeakReference<AttemptResult>> results = [];

    /// <summary>The result of an attempt.</summary>
    /// <param name="attemptId">The attempt.</param>
    /// <param name="delivery">Whose command it is; keeps the result.</param>
    /// <param name="ask">Asks the model, unless somebody has.</param>
    public AttemptResult Of(Guid attemptId, ReceiveContext delivery, Func<Task<object>> ask)
    {
        lock (gate)
        {
            if (delivery.TryGetPayload(out AttemptResult? kept) && !kept.IsLost)
                return kept;
            var result = Find(attemptId) ?? Add(attemptId, ask);
            delivery.AddOrUpdatePayload(() => result, _ => result);
            return result;
        }
    }

    private AttemptResult? Find(Guid attemptId) =>
        results.TryGetValue(attemptId, out var weak) && weak.TryGetTarget(out var found) && !found.IsLost ? found : null;

    private AttemptResult Add(Guid attemptId, Func<Task<object>> ask)
    {
        if (results.Count >= Many)
        {
            foreach (var (id, _) in results.Where(result => !result.Value.TryGetTarget(out _)).ToList())
                results.Remove(id);
        }

        var added = new AttemptResult(Guid.CreateVersion7(time.GetUtcNow()), ask);
        results[attemptId] = new WeakReference<AttemptResult>(added);
        return added;
    }
}

/// <summary>What a model says for an attempt, as soon as it is asked for.</summary>
/// <param name="id">Names this time that it is asked.</param>
/// <param name="ask">Asks it.</param>
internal sealed class AttemptResult(Guid id, Func<Task<object>> ask)
{
    private readonly Lazy<Task<object>> outcome = new(ask);

    /// <summary>Names this time that the model was asked.</summary>
    public Guid Id => id;

    /// <summary>What becomes of it: a <c>ReplyGenerated</c> or a <c>ReplyFailed</c>; in a replay, a <c>TurnReplayed</c> or a <c>ReplayTurnFailed</c>.</summary>
    public Task<object> Outcome => outcome.Value;

    /// <summary>Whoever asked had to give up.</summary>
    public bool IsLost => outcome.IsValueCreated && outcome.Value is { IsCompleted: true, IsCompletedSuccessfully: false };
}

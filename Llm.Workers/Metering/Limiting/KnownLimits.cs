using Bus.Contracts;

namespace Bus.Llm.Metering.Limiting;

/// <summary>The limits as they are at a version, and what is counted for them.</summary>
/// <param name="version">The version.</param>
/// <param name="counted">What is counted.</param>
/// <param name="limits">The limits.</param>
internal sealed class KnownLimits(long version, IEnumerable<CounterKind> counted, IEnumerable<Limit> limits)
{
    private const string KeyPrefix = "key:";

    /// <summary>The longest windows first: whoever is at the limit of a month need not hear of that of a minute.</summary>
    private readonly CounterKind[] counted = [.. counted.Distinct().OrderByDescending(kind => LimitWindows.LengthOf(kind.Window))];
    private readonly Dictionary<Counter, Limit> limits = limits.ToDictionary(limit => new Counter(limit.Subject, limit.SubjectId ?? "", limit.Unit, limit.Window));

    /// <summary>Nothing is known: the first who writes is told so.</summary>
    public static KnownLimits Nothing { get; } = new(0, [], []);

    public long Version { get; } = version;

    /// <summary>What a budget of a model needs to have counted, and is not.</summary>
    public IEnumerable<CounterKind> Missing(UsageReserved reservation, ModelBudget budget) =>
        Budgets(reservation, budget).Select(limit => limit.Kind).Where(kind => !counted.Contains(kind));

    /// <summary>Adds by how much a call raises which counters.</summary>
    public void Add(Raises raises, int call, UsageReserved reservation, ModelBudget budget)
    {
        foreach (var kind in counted)
        {
            if (IdOf(kind.Subject, reservation) is { } id)
                raises.Add(call, new Counter(kind.Subject, id, kind.Unit, kind.Window), reservation.ReservedAt, Amounts.Of(kind.Unit, reservation), ThresholdOf(kind, id, budget));
        }
    }

    /// <summary>The same without limits: the call was admitted before.</summary>
    public void AddUnlimited(Raises raises, int call, UsageReserved reservation)
    {
        foreach (var kind in counted)
        {
            if (IdOf(kind.Subject, reservation) is { } id)
                raises.Add(call, new Counter(kind.Subject, id, kind.Unit, kind.Window), reservation.ReservedAt, Amounts.Of(kind.Unit, reservation), Threshold.None);
        }
    }

    /// <summary>Adds by how much counters are corrected: what a call took, beyond what was counted for it.</summary>
    public void Add(Raises raises, int call, UsageReserved reservation, Func<string, long> beyond)
    {
        foreach (var kind in counted)
        {
            if (IdOf(kind.Subject, reservation) is { } id && beyond(kind.Unit) is not 0 and var amount)
                raises.Add(call, new Counter(kind.Subject, id, kind.Unit, kind.Window), reservation.ReservedAt, amount, Threshold.None);
        }
    }

    /// <summary>The limit that a call was refused for.</summary>
    /// <param name="counter">The counter that is at its limit.</param>
    /// <param name="budget">The budget of the call's model.</param>
    /// <param name="room">When there is room again.</param>
    public LimitReached Reached(Counter counter, ModelBudget budget, Func<long, TimeSpan> room)
    {
        var kind = new CounterKind(counter.Subject, counter.Unit, counter.Window);
        var (limit, own) = (LimitOf(kind, counter.SubjectId), BudgetOf(kind, budget));
        return limit is not null && Refuses(limit, budget) && (own is null || limit.Most < own)
            ? new LimitReached(limit.Id, limit.Subject, limit.Unit, limit.Window, limit.Action, limit.Fallback, room(limit.Most))
            : new LimitReached(null, counter.Subject, counter.Unit, counter.Window, LimitActions.Block, null, room(own ?? 0));
    }

    private Threshold ThresholdOf(CounterKind kind, string id, ModelBudget budget)
    {
        var (limit, own) = (LimitOf(kind, id), BudgetOf(kind, budget));
        return limit is null
            ? Threshold.None with { Refuses = own ?? Raises.None }
            : new Threshold(Math.Min(Refuses(limit, budget) ? limit.Most : Raises.None, own ?? Raises.None), limit.Near, limit.Most, limit.Id);
    }

    private static bool Refuses(Limit limit, ModelBudget budget) => !(budget.IsCheaper && limit.Action == LimitActions.Cheaper);

    /// <summary>A limit of one goes before that of each of them.</summary>
    private Limit? LimitOf(CounterKind kind, string id) =>
        limits.GetValueOrDefault(new Counter(kind.Subject, id, kind.Unit, kind.Window)) ?? limits.GetValueOrDefault(new Counter(kind.Subject, "", kind.Unit, kind.Window));

    private static long? BudgetOf(CounterKind kind, ModelBudget budget) => kind switch
    {
        (LimitSubjects.Model, LimitUnits.Requests, LimitWindows.Minute) => budget.ModelRpm,
        (LimitSubjects.Model, LimitUnits.Tokens, LimitWindows.Minute) => budget.ModelTpm,
        (LimitSubjects.ProviderKey, LimitUnits.Requests, LimitWindows.Minute) => budget.KeyRpm,
        (LimitSubjects.ProviderKey, LimitUnits.Tokens, LimitWindows.Minute) => budget.KeyTpm,
        _ => null,
    };

    private static IEnumerable<(CounterKind Kind, int Most)> Budgets(UsageReserved reservation, ModelBudget budget)
    {
        if (budget == ModelBudget.Unlimited)
            return [];
        (string Subject, string Unit, int? Most)[] all =
        [
            (LimitSubjects.Model, LimitUnits.Requests, budget.ModelRpm), (LimitSubjects.Model, LimitUnits.Tokens, budget.ModelTpm),
            (LimitSubjects.ProviderKey, LimitUnits.Requests, budget.KeyRpm), (LimitSubjects.ProviderKey, LimitUnits.Tokens, budget.KeyTpm),
        ];
        return all.Where(limit => limit.Most is not null && IdOf(limit.Subject, reservation) is not null)
            .Select(limit => (new CounterKind(limit.Subject, limit.Unit, LimitWindows.Minute), limit.Most!.Value));
    }

    /// <summary>Which subject of a kind a call is of; null when it is of none.</summary>
    private static string? IdOf(string subject, UsageReserved reservation) => subject switch
    {
        LimitSubjects.User => reservation.Owner,
        LimitSubjects.Chat => reservation.Place,
        LimitSubjects.ApiKey => reservation.Via.StartsWith(KeyPrefix, StringComparison.Ordinal) ? reservation.Via[KeyPrefix.Length..] : null,
        LimitSubjects.Model => reservation.CatalogId?.ToString(),
        LimitSubjects.ProviderKey => reservation.ProviderKeyId?.ToString(),
        _ => "",
    };
}

using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Metering.Limiting;

/// <summary>By how much the calls of a statement raise which counters: the arrays that its function in PostgreSQL takes. They are filled again for each statement.</summary>
internal sealed class Raises
{
    /// <summary>Where no limit is.</summary>
    public const long None = long.MaxValue;

    private readonly Dictionary<Counter, int> numbers = [];
    private readonly List<string> subjects = [];
    private readonly List<string> subjectIds = [];
    private readonly List<string> units = [];
    private readonly List<string> windows = [];
    private readonly List<int> calls = [];
    private readonly List<int> counters = [];
    private readonly List<DateTime> starts = [];
    private readonly List<double> rests = [];
    private readonly List<long> amounts = [];
    private readonly List<long> limits = [];
    private readonly List<long> nears = [];
    private readonly List<long> fulls = [];
    private readonly List<Guid> limitIds = [];
    private readonly HashSet<int> limited = [];

    /// <summary>A counter is raised.</summary>
    /// <param name="call">By which call of the statement, from 1; calls come in order.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="at">When.</param>
    /// <param name="amount">By how much.</param>
    /// <param name="limit">What holds for it.</param>
    public void Add(int call, Counter counter, DateTimeOffset at, long amount, Threshold limit)
    {
        if (!numbers.TryGetValue(counter, out var number))
        {
            numbers.Add(counter, number = numbers.Count + 1);
            subjects.Add(counter.Subject);
            subjectIds.Add(counter.SubjectId);
            units.Add(counter.Unit);
            windows.Add(counter.Window);
        }

        if (limit.Refuses != None)
            limited.Add(call);
        calls.Add(call);
        counters.Add(number);
        starts.Add(LimitWindows.StartOf(counter.Window, at));
        rests.Add(LimitWindows.RestOf(counter.Window, at));
        amounts.Add(amount);
        limits.Add(limit.Refuses);
        nears.Add(limit.Near);
        fulls.Add(limit.Full);
        limitIds.Add(limit.AlertId);
    }

    /// <summary>A call may be refused.</summary>
    public bool IsLimited(int call) => limited.Contains(call);

    /// <summary>The counter of a raise, from 1.</summary>
    public Counter this[int raise] => new(
        subjects[counters[raise - 1] - 1], subjectIds[counters[raise - 1] - 1], units[counters[raise - 1] - 1], windows[counters[raise - 1] - 1]);

    public void Clear()
    {
        numbers.Clear();
        limited.Clear();
        foreach (System.Collections.IList list in (System.Collections.IList[])[subjects, subjectIds, units, windows, calls, counters, starts, rests, amounts, limits, nears, fulls, limitIds])
            list.Clear();
    }

    /// <summary>Adds the places of the arrays to a statement.</summary>
    /// <param name="places">Of the statement.</param>
    /// <param name="withLimits">The statement wants to know the limits, too.</param>
    public void AddTo(NpgsqlParameterCollection places, bool withLimits)
    {
        foreach (var key in (List<string>[])[subjects, subjectIds, units, windows])
            places.Add(Place(key, NpgsqlDbType.Text));
        places.Add(Place(calls, NpgsqlDbType.Integer));
        places.Add(Place(counters, NpgsqlDbType.Integer));
        places.Add(Place(starts, NpgsqlDbType.TimestampTz));
        if (withLimits)
            places.Add(Place(rests, NpgsqlDbType.Double));
        places.Add(Place(amounts, NpgsqlDbType.Bigint));
        if (!withLimits)
            return;
        foreach (var limit in (List<long>[])[limits, nears, fulls])
            places.Add(Place(limit, NpgsqlDbType.Bigint));
        places.Add(Place(limitIds, NpgsqlDbType.Uuid));
    }

    private static NpgsqlParameter<List<T>> Place<T>(List<T> values, NpgsqlDbType type) => new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>What holds for a counter; <see cref="Raises.None"/> where nothing does.</summary>
/// <param name="Refuses">Where calls are refused.</param>
/// <param name="Near">Where it is said that the limit is near.</param>
/// <param name="Full">Where it is said that it is reached.</param>
/// <param name="AlertId">The limit of which that is said.</param>
internal readonly record struct Threshold(long Refuses, long Near, long Full, Guid AlertId)
{
    /// <summary>Nothing.</summary>
    public static Threshold None { get; } = new(Raises.None, Raises.None, Raises.None, Guid.Empty);
}

using System.Collections.Concurrent;

namespace Bus.Llm.Catalog;

/// <summary>What this process knows to choose among the models of a route: whose turn it is, and how soon each began to answer lately.</summary>
/// <param name="time">The clock.</param>
public sealed class RouteTurns(TimeProvider time)
{
    /// <summary>How long it is believed how fast a model is; then it is tried again, so that one that was slow has its chance.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private const int Inertia = 4;

    private readonly ConcurrentDictionary<string, uint> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Pace> paces = new();

    /// <summary>The number of a turn of a route, from 0; the next one is one more.</summary>
    public uint Next(string route) => turns.AddOrUpdate(route, 0, (_, last) => last + 1);

    /// <summary>A model began to answer.</summary>
    public void Began(Guid model, TimeSpan after) => paces.AddOrUpdate(
        model,
        _ => new Pace(after, time.GetUtcNow()),
        (_, known) => IsBelieved(known) ? new Pace(known.After + ((after - known.After) / Inertia), known.Since) : new Pace(after, time.GetUtcNow()));

    /// <summary>How soon a model began to answer lately; zero when nobody knows, so that it is tried.</summary>
    public TimeSpan PaceOf(Guid model) => paces.TryGetValue(model, out var known) && IsBelieved(known) ? known.After : TimeSpan.Zero;

    private bool IsBelieved(Pace pace) => time.GetUtcNow() - pace.Since < Believed;

    private sealed record Pace(TimeSpan After, DateTimeOffset Since);
}

using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway;

/// <summary>Whom a call may go to next.</summary>
/// <param name="Target">The model.</param>
/// <param name="Key">The key; null when it wants none.</param>
internal sealed record Candidate(Target Target, ProviderKey? Key);

/// <summary>
/// The models and keys that a call may go to, one after the other: those of the first model before those of the second, and none that is left alone,
/// as long as there is another.
/// </summary>
internal sealed class Candidates(IReadOnlyList<Target> targets, HealthBoard health, KeyTurns turns, TimeProvider time)
{
    private readonly HashSet<(Guid Model, string Name, Guid? Key)> tried = [];
    private readonly HashSet<(Guid Model, string Name)> given = [];
    private int largestWindow;

    /// <summary>When somebody who asked to be left alone may be asked again; null when nobody has.</summary>
    public DateTimeOffset? RestsUntil { get; private set; }

    /// <summary>The next one; null when there is none now.</summary>
    public Candidate? Next() => Find(evenResting: false) ?? Find(evenResting: true);

    /// <summary>It is not asked again in this call.</summary>
    public void Tried(Candidate candidate) => tried.Add((candidate.Target.Model.Id, candidate.Target.Name, candidate.Key?.Id));

    /// <summary>None of its keys is asked in this call.</summary>
    public void GiveUp(Target target) => given.Add((target.Model.Id, target.Name));

    /// <summary>Only models with more room than this one are asked from now on.</summary>
    public void NeedsMoreRoomThan(Target target) => largestWindow = Math.Max(largestWindow, target.Model.ContextWindow ?? 0);

    /// <summary>All may be asked once more that have not been given up.</summary>
    public void Again()
    {
        tried.Clear();
        RestsUntil = null;
    }

    /// <summary>Somebody may be asked when a while has passed.</summary>
    public void RestsFor(TimeSpan wait) => Rests(time.GetUtcNow() + wait);

    private Candidate? Find(bool evenResting)
    {
        var now = time.GetUtcNow();
        foreach (var target in targets)
        {
            if (given.Contains((target.Model.Id, target.Name)) || (largestWindow > 0 && target.Model.ContextWindow <= largestWindow))
                continue;
            if (IsLeftAlone(target.Model.Id, now, evenResting))
                continue;
            if (Key(target, now, evenResting) is { } candidate)
                return candidate;
        }

        return null;
    }

    private Candidate? Key(Target target, DateTimeOffset now, bool evenResting)
    {
        if (target.Model.AuthType == AuthTypes.None || target.Model.Keys.Count == 0)
            return tried.Contains((target.Model.Id, target.Name, null)) ? null : new Candidate(target, null);
        foreach (var key in turns.Order(target.Model))
        {
            if (!tried.Contains((target.Model.Id, target.Name, key.Id)) && !IsLeftAlone(key.Id, now, evenResting))
                return new Candidate(target, key);
        }

        return null;
    }

    private bool IsLeftAlone(Guid subject, DateTimeOffset now, bool evenResting)
    {
        var state = health.Of(subject);
        if (state.QuarantinedAt is not null)
            return true;
        if (!state.IsResting(now))
            return false;
        if (state.MustRest)
            Rests(state.RestsUntil!.Value);
        return state.MustRest || !evenResting;
    }

    private void Rests(DateTimeOffset until) => RestsUntil = RestsUntil is { } sooner && sooner <= until ? sooner : until;
}

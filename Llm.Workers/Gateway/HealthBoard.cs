using System.Collections.Immutable;

namespace Bus.Llm.Gateway;

/// <summary>How a key or a model does.</summary>
/// <param name="Failures">How often it failed, one time after the other.</param>
/// <param name="RestsUntil">It is left alone until then.</param>
/// <param name="QuarantinedAt">Since then it is refused; only a probe brings it back.</param>
/// <param name="Reason">Why, a word of <see cref="AttemptFailures"/>.</param>
/// <param name="ProbeAt">When it is tried again.</param>
internal sealed record Health(
    int Failures = 0, DateTimeOffset? RestsUntil = null, DateTimeOffset? QuarantinedAt = null, string? Reason = null, DateTimeOffset? ProbeAt = null)
{
    /// <summary>What is not known otherwise does well.</summary>
    public static Health Well { get; } = new();

    /// <summary>It asked to be left alone, and must be; what only failed may be tried when nobody else is there.</summary>
    public bool MustRest => Reason == AttemptFailures.RateLimit;

    /// <summary>It is left alone at a time.</summary>
    public bool IsResting(DateTimeOffset now) => RestsUntil > now;
}

/// <summary>
/// How keys and models do, as far as this process has heard; <see cref="HealthStore"/> shares it with the others.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class HealthBoard(TimeProvider time)
{
    private static readonly TimeSpan RateRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRateRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailureRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFailureRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstProbe = TimeSpan.FromSeconds(30);

    private ImmutableDictionary<Guid, Health> known = ImmutableDictionary<Guid, Health>.Empty;

    /// <summary>Is told of each change made here.</summary>
    public event Action<HealthChange>? Changed;

    /// <summary>How one does.</summary>
    public Health Of(Guid subject) => known.GetValueOrDefault(subject, Health.Well);

    /// <summary>Takes over what all processes together know, in place of what is known here.</summary>
    public void Learn(Func<ImmutableDictionary<Guid, Health>, ImmutableDictionary<Guid, Health>> all) => ImmutableInterlocked.Update(ref known, all);

    /// <summary>It asked to be left alone: for as long as it said, or longer each time when it did not.</summary>
    /// <returns>For how long.</returns>
    public TimeSpan Rest(Guid subject, TimeSpan? retryAfter)
    {
        var failures = Of(subject).Failures + 1;
        var wait = retryAfter ?? Doubled(RateRest, failures - 1, LongestRateRest);
        Set(subject, Of(subject) with { Failures = failures, RestsUntil = time.GetUtcNow() + wait, Reason = AttemptFailures.RateLimit });
        return wait;
    }

    /// <summary>It failed: from the second time on, or at once when that took long, it is left alone for a while.</summary>
    public void Failed(Guid subject, string reason, bool restsAtOnce)
    {
        var failures = Of(subject).Failures + 1;
        var rests = restsAtOnce || failures > 1;
        var wait = Doubled(FailureRest, failures - (restsAtOnce ? 1 : 2), LongestFailureRest);
        Set(subject, Of(subject) with { Failures = failures, RestsUntil = rests ? time.GetUtcNow() + wait : Of(subject).RestsUntil, Reason = reason });
    }

    /// <summary>It was refused for good, as far as it can tell itself.</summary>
    /// <param name="subject">What was refused.</param>
    /// <param name="reason">Why, a word of <see cref="AttemptFailures"/>.</param>
    /// <param name="tell">Tells people; is called when this process is the first that knows.</param>
    public void Quarantine(Guid subject, string reason, Action tell)
    {
        var now = time.GetUtcNow();
        if (Of(subject).QuarantinedAt is not null)
            return;
        Set(subject, Of(subject) with { QuarantinedAt = now, Reason = reason, ProbeAt = now + FirstProbe }, tell);
    }

    /// <summary>It did what it was asked. A call that was under way when another was told to wait says nothing about that.</summary>
    public void Succeeded(Guid subject)
    {
        if (known.IsEmpty)
            return;
        var before = Of(subject);
        if (before is { Failures: 0, RestsUntil: null } || before.QuarantinedAt is not null || (before.MustRest && before.IsResting(time.GetUtcNow())))
            return;
        Set(subject, Health.Well);
    }

    private void Set(Guid subject, Health health, Action? tell = null)
    {
        // Whoever takes over what others know is to see that there is something newer here, before there is.
        if (Changed is { } changed)
            changed(new HealthChange(subject, health, tell));
        else
            tell?.Invoke();
        ImmutableInterlocked.Update(ref known, (all, change) => all.SetItem(change.Subject, change.Health), (Subject: subject, Health: health));
    }

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Clamp(times, 0, 10)));
}

/// <summary>How a key or a model does now, as this process has seen it.</summary>
/// <param name="Subject">The key or the model.</param>
/// <param name="Health">How it does.</param>
/// <param name="Tell">Is called when no other process has seen it before.</param>
internal sealed record HealthChange(Guid Subject, Health Health, Action? Tell);

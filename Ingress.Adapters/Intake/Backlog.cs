using Bus.Contracts;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Ingress.Intake;

/// <summary>
/// Decides whether messages are taken in: not while more wait than may, and then not before clearly fewer do, so that it does
/// not change with every look. Every adapter asks before it publishes.
/// </summary>
/// <param name="most">The most messages that may wait (<c>MAX_BACKLOG</c>).</param>
internal sealed class Backlog(int most)
{
    private readonly int enough = most / 4 * 3;
    private volatile Refusal? refusal;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is no number in its range.</exception>
    public static Backlog From(IConfiguration configuration) => new(configuration.Number(Limits.MaxBacklog));

    /// <summary>How long to leave us alone, in whole seconds; null while messages are taken in.</summary>
    public TimeSpan? RetryAfter => refusal?.RetryAfter;

    /// <summary>Somebody has looked.</summary>
    /// <param name="ready">How many messages wait.</param>
    /// <param name="at">When that was.</param>
    public void Seen(long ready, DateTimeOffset at)
    {
        var last = refusal;
        if (ready <= (last is null ? most : enough))
            refusal = null;
        else if (last is null || ready >= last.Peak)
            refusal = new Refusal(ready, at, Limits.LongestRetryAfter);
        else
            refusal = last with { RetryAfter = UntilEnough(ready, last.Peak - ready, at - last.PeakAt) };
    }

    /// <summary>Nobody can look. Whoever tries to publish learns why.</summary>
    public void Unknown() => refusal = null;

    private TimeSpan UntilEnough(long ready, long gone, TimeSpan meanwhile)
    {
        var seconds = Math.Ceiling((ready - enough) * meanwhile.TotalSeconds / gone);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, Limits.ShortestRetryAfter.TotalSeconds, Limits.LongestRetryAfter.TotalSeconds));
    }

    /// <summary>No messages are taken in.</summary>
    /// <param name="Peak">The most that waited since.</param>
    /// <param name="PeakAt">When they did.</param>
    /// <param name="RetryAfter">How long it will take.</param>
    private sealed record Refusal(long Peak, DateTimeOffset PeakAt, TimeSpan RetryAfter);
}

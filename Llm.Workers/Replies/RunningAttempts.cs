using System.Diagnostics.CodeAnalysis;

namespace Bus.Llm;

/// <summary>
/// The attempts that run in this process, so that they can be stopped. A stop is remembered for a while: it may overtake
/// the command that it stops, and a stopped attempt that is delivered again must not run again.
/// </summary>
public sealed class RunningAttempts(TimeProvider time)
{
    /// <summary>How many stops are remembered.</summary>
    public const int MostStops = 10_000;

    /// <summary>How long a stop is remembered.</summary>
    public static readonly TimeSpan StopsLast = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly List<RunningAttempt> running = [];
    private readonly HashSet<Guid> stopped = [];
    private readonly Queue<(Guid AttemptId, DateTimeOffset At)> stops = [];

    /// <summary>An attempt begins; dispose what this gives when it has ended.</summary>
    public RunningAttempt Start(Guid attemptId)
    {
        var attempt = new RunningAttempt(attemptId, this);
        lock (gate)
        {
            ForgetOldStops();
            running.Add(attempt);
            if (!stopped.Contains(attemptId))
                return attempt;
        }

        attempt.Cancel();
        return attempt;
    }

    /// <summary>Ends an attempt, now if it runs here, or as soon as it starts.</summary>
    public void Stop(Guid attemptId)
    {
        RunningAttempt[] found;
        lock (gate)
        {
            if (stopped.Add(attemptId))
                stops.Enqueue((attemptId, time.GetUtcNow()));
            ForgetOldStops();
            found = [.. running.Where(attempt => attempt.AttemptId == attemptId)];
        }

        // Outside the lock: what waits for the token may run at once.
        foreach (var attempt in found)
            attempt.Cancel();
    }

    internal void Ended(RunningAttempt attempt)
    {
        lock (gate)
            running.Remove(attempt);
    }

    private void ForgetOldStops()
    {
        var oldest = time.GetUtcNow() - StopsLast;
        while (stops.TryPeek(out var stop) && (stops.Count > MostStops || stop.At <= oldest))
            stopped.Remove(stops.Dequeue().AttemptId);
    }
}

/// <summary>An attempt that runs in this process.</summary>
public sealed class RunningAttempt : IDisposable
{
    private readonly RunningAttempts all;

    [SuppressMessage("Usage", "CA2213", Justification = "Has neither timer nor links; a stop may come at the moment the attempt ends.")]
    private readonly CancellationTokenSource source = new();

    internal RunningAttempt(Guid attemptId, RunningAttempts all)
    {
        AttemptId = attemptId;
        this.all = all;
    }

    /// <summary>The attempt.</summary>
    public Guid AttemptId { get; }

    /// <summary>Cancelled when somebody stops the attempt.</summary>
    public CancellationToken Stop => source.Token;

    /// <inheritdoc/>
    public void Dispose() => all.Ended(this);

    internal void Cancel() => source.Cancel();
}

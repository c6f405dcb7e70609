using Microsoft.Extensions.Logging;

namespace Bus.Llm.Catalog;

/// <summary>
/// The catalog, as all processes have it: looked up when it is needed, but not more often than every quarter of a second, so that a change holds
/// everywhere within that time. While the database is away, it goes on as it was.
/// </summary>
public sealed partial class ModelCatalog : IModelCatalog
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ICatalogSource source;
    private readonly TimeProvider time;
    private readonly ILogger<ModelCatalog> log;
    private readonly Lock gate = new();
    private volatile Known? known;
    private volatile bool isAway;
    private Task looking = Task.CompletedTask;
    private long changes;
    private long lookedFor;

    internal ModelCatalog(ICatalogSource source, TimeProvider time, ILogger<ModelCatalog> log) => (this.source, this.time, this.log) = (source, time, log);

    /// <summary>What holds. It completes at once, unless it has to be looked up.</summary>
    /// <param name="cancellation">Gives up waiting; others may go on.</param>
    public ValueTask<CatalogSnapshot> Get(CancellationToken cancellation)
    {
        var last = known;
        return last is not null && last.Changes == Volatile.Read(ref changes) && time.GetElapsedTime(last.At) < Freshness
            ? ValueTask.FromResult(last.Snapshot)
            : Newer(cancellation);
    }

    /// <summary>This process has changed the catalog: it is looked up before it is used again.</summary>
    public void Changed() => Interlocked.Increment(ref changes);

    private async ValueTask<CatalogSnapshot> Newer(CancellationToken cancellation)
    {
        while (true)
        {
            var (last, wanted) = (known, Volatile.Read(ref changes));
            var (look, isOthers) = Look(wanted);
            if (last is null)
            {
                await look.WaitAsync(cancellation);
            }
            else
            {
                // One waits for the answer. The others have what is nearly new, and nobody waits for a database that is away.
                if (last.Changes == wanted && (isAway || (isOthers && time.GetElapsedTime(last.At) < LongestWait)))
                    return last.Snapshot;
                try
                {
                    await look.WaitAsync(LongestWait, time, cancellation);
                }
                catch (TimeoutException)
                {
                    return last.Snapshot;
                }
            }

            if (known is { } now && now.Changes >= wanted)
                return now.Snapshot;
        }
    }

    private (Task Look, bool IsOthers) Look(long wanted)
    {
        lock (gate)
        {
            if (!looking.IsCompleted)
                return (looking, lookedFor >= wanted); // one that began before the change may not see it: another follows
            lookedFor = wanted;
            looking = Task.Run(() => LookUp(wanted));
            return (looking, false);
        }
    }

    private async Task LookUp(long wanted)
    {
        var (last, at) = (known, time.GetTimestamp());
        try
        {
            var isSame = last is not null && await source.Version(CancellationToken.None) == last.Snapshot.Version;
            known = new Known(isSame ? last!.Snapshot : await source.Read(CancellationToken.None), at, wanted);
            if (isAway)
                LogBack();
            isAway = false;
        }
        catch (Exception failure) when (last is not null)
        {
            if (!isAway)
                LogAway(failure.Message);
            isAway = true;
            known = last with { At = time.GetTimestamp(), Changes = wanted };
        }
    }

    /// <summary>What was looked up.</summary>
    /// <param name="Snapshot">What there was.</param>
    /// <param name="At">When.</param>
    /// <param name="Changes">How many changes of this process it has seen.</param>
    private sealed record Known(CatalogSnapshot Snapshot, long At, long Changes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The catalog of models cannot be read, and goes on as it was: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The catalog of models can be read again")]
    private partial void LogBack();
}

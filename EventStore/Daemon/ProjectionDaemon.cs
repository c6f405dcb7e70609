using System.Runtime.ExceptionServices;
using Bus.Events.Projections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Keeps the projections that this process leads up with the log.</summary>
internal sealed partial class ProjectionDaemon(
    NpgsqlDataSource database, IEnumerable<Projection> projections, ShardLoader loader, ProjectionRunner runner, SetAsideStreams setAside,
    AppendSignal signal, TimeProvider time, ILogger<ProjectionDaemon> log)
    : BackgroundService
{
    /// <summary>How long nothing is looked at when no signal comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>How soon it is looked again for a number that is missing: who rolls back tells nobody.</summary>
    private static readonly TimeSpan GapInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// After a page of many events the next may gather: they cost less together, and a row that changes several times is written once.
    /// </summary>
    private static readonly (int Events, TimeSpan For)[] Gathering = [(1000, TimeSpan.FromMilliseconds(500)), (100, TimeSpan.FromMilliseconds(150)), (20, TimeSpan.FromMilliseconds(25))];

    /// <summary>A turn appends five times within milliseconds; what comes so soon after a look waits for the next, too.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan ShortGathering = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Projection> all = [.. projections];
    private long looked;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The process ends, or could not start; the latter the host would take for a fault of ours.
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException)
            {
                LogInterrupted(failure.Message);
                await Pause(stoppingToken);
            }
            catch (Exception failure)
            {
                LogFailed(failure);
                await Pause(stoppingToken);
            }
        }
    }

    private async Task Pause(CancellationToken stopping) =>
        await Task.Delay(AfterFailure, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Until the connection that holds the locks is lost, or projecting fails.</summary>
    private async Task Lead(CancellationToken stopping)
    {
        await using var leadership = new Leadership(database, all, signal, time);
        await leadership.Open(stopping);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (keeping, projecting) = (leadership.Keep(either.Token), Project(leadership, either.Token));
        var first = await Task.WhenAny(keeping, projecting);
        await either.CancelAsync();
        await Task.WhenAll(keeping, projecting).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
    }

    private async Task Project(Leadership leadership, CancellationToken cancellation)
    {
        var water = new HighWater(0);
        IReadOnlyList<Shard> shards = [];
        IReadOnlyList<Projection> led = [];
        var isOutOfDate = false;
        while (true)
        {
            var before = led;
            led = leadership.Led;

            // What was set aside may be readable now: the program may be another.
            foreach (var projection in led.Except(before))
                await setAside.RetryAll(projection, cancellation);

            // Those that stand still may have been rebuilt.
            if (led != before || isOutOfDate || shards.Count < led.Count)
            {
                shards = await loader.Current(led, cancellation);
                await PageReader.Look(database, water, cancellation);
                foreach (var shard in shards)
                    water.Know(shard.Progress);
            }

            isOutOfDate = false;

            try
            {
                var (events, isFull) = await AdvanceEach(shards, water, cancellation);
                if (!isFull)
                    await Wait(events, water, cancellation);
            }
            catch (ShardOutOfDateException)
            {
                isOutOfDate = true; // somebody switched generations, took up a stream or took over
                await Task.Delay(GapInterval, time, cancellation);
            }
        }
    }

    /// <summary>A page for each place at which projections are, so that one that is far behind holds up no other.</summary>
    private async Task<(int Events, bool IsFull)> AdvanceEach(IReadOnlyList<Shard> shards, HighWater water, CancellationToken cancellation)
    {
        var (events, isFull) = (0, false);
        Exception? failed = null;
        foreach (var group in shards.GroupBy(shard => shard.Progress).ToList())
        {
            try
            {
                var page = await runner.Advance(water, [.. group], cancellation);
                if (group.Key > water.Drawn)
                    await Stop(group, water.Drawn, cancellation);
                events += page.Events.Count;
                isFull |= page.IsFull;
            }
            catch (PostgresException failure)
            {
                failed ??= failure; // of one projection, perhaps: a table that somebody changed
            }
        }

        if (failed is not null)
            ExceptionDispatchInfo.Throw(failed);
        return (events, isFull);
    }

    private async Task Wait(int events, HighWater water, CancellationToken cancellation)
    {
        if (Gathering.FirstOrDefault(step => events >= step.Events) is { Events: > 0 } gathering)
            await Task.Delay(gathering.For, time, cancellation);
        else if (water.IsBehind)
            await Task.Delay(GapInterval, time, cancellation);
        else if (await signal.Wait(Patience, time, cancellation) && time.GetElapsedTime(looked) < Lately)
            await Task.Delay(ShortGathering, time, cancellation);
        looked = time.GetTimestamp();
    }

    /// <summary>It has seen events that the log does not have: the log was restored without it. Going on would leave some out.</summary>
    private async Task Stop(IEnumerable<Shard> shards, long drawn, CancellationToken cancellation)
    {
        foreach (var shard in shards)
        {
            var reason = $"It is at event {shard.Progress}, the log at {drawn}: was the log restored? Run: ./bus rebuild {shard.Projection.Name}";
            await using var command = database.CreateCommand("update bus_projections set stopped = $2, revision = revision + 1 where name = $1 and revision = $3");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.Name });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard.Revision });
            await command.ExecuteNonQueryAsync(cancellation);
            LogStopped(shard.Projection.Name, reason);
        }

        throw new ShardOutOfDateException(null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Projections pause: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Projections pause")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Projection} stands still. {Reason}")]
    private partial void LogStopped(string projection, string reason);
}

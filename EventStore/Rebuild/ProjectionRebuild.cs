using System.Runtime.CompilerServices;
using Bus.Events.Daemon;
using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Rebuild;

/// <summary>How far a rebuild is.</summary>
/// <param name="Done">Events projected so far, those of an interrupted run before among them.</param>
/// <param name="All">Events to project.</param>
public sealed record RebuildProgress(long Done, long All);

/// <summary>What a rebuild did.</summary>
/// <param name="Generation">The generation that people read now.</param>
/// <param name="Previous">The one that they read before; it is kept, and can be gone back to.</param>
/// <param name="Events">Events that the new generation was made of.</param>
/// <param name="SetAside">Streams that it goes on without.</param>
/// <param name="Resumed">An earlier rebuild had begun it.</param>
public sealed record RebuildResult(int Generation, int Previous, long Events, int SetAside, bool Resumed);

/// <summary>
/// Makes a projection anew beside the one that people read, stream by stream and in parallel, lets it catch up with the log,
/// and switches. What is interrupted goes on where it was when it is run again.
/// </summary>
public sealed class ProjectionRebuild
{
    private static readonly int Workers = Math.Clamp(Environment.ProcessorCount, 1, 4);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WaitForWriters = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly NpgsqlDataSource database;
    private readonly EventTypes types;
    private readonly TimeProvider time;
    private readonly ShardLoader loader;
    private readonly RebuildParts parts;
    private readonly ProjectionRunner runner;
    private readonly PageProjector projector;

    internal ProjectionRebuild(
        NpgsqlDataSource database, EventTypes types, TimeProvider time, ShardLoader loader, ProjectionRunner runner, PageProjector projector)
    {
        (this.database, this.types, this.time) = (database, types, time);
        (this.loader, this.runner, this.projector) = (loader, runner, projector);
        parts = new RebuildParts(database);
    }

    /// <summary>Builds the next generation and switches to it.</summary>
    /// <param name="projection">The projection.</param>
    /// <param name="report">Is told how far it is, some times a second.</param>
    /// <param name="cancellation">Interrupts it.</param>
    /// <exception cref="InvalidOperationException">Somebody else is rebuilding it.</exception>
    public async Task<RebuildResult> Run(Projection projection, IProgress<RebuildProgress> report, CancellationToken cancellation)
    {
        await using var alone = await RebuildLock.Take(database, projection, cancellation);
        await loader.Current([projection], cancellation); // so that it is known at all
        var begun = await parts.Begun(projection, cancellation);
        var generation = begun ?? await parts.Begin(projection, await End(projection, cancellation), cancellation);
        var shard = (await loader.Other(projection, generation, cancellation))!;
        var (done, all) = await parts.Count(shard, types, cancellation);

        var counted = new StrongBox<long>(done);
        using var reporting = time.CreateTimer(_ => report.Report(new RebuildProgress(Interlocked.Read(ref counted.Value), all)), null, ReportInterval, ReportInterval);
        await BuildParts(projection, generation, counted, cancellation);
        report.Report(new RebuildProgress(counted.Value, all));

        var (switched, before) = await CatchUpAndSwitch(projection, generation, cancellation);
        return new RebuildResult(generation, before, counted.Value, switched.SetAside.Count, begun is not null);
    }

    /// <summary>Goes back to the generation that people read before.</summary>
    /// <exception cref="InvalidOperationException">There is none, or somebody else is rebuilding.</exception>
    public async Task<RebuildResult> RollBack(Projection projection, CancellationToken cancellation)
    {
        await using var alone = await RebuildLock.Take(database, projection, cancellation);
        var previous = await Ask<int?>("select previous from bus_projections where name = $1", projection.Name, cancellation)
            ?? throw new InvalidOperationException($"{projection.Name} has no generation to go back to: it was not rebuilt yet.");
        var (shard, before) = await CatchUpAndSwitch(projection, previous, cancellation);
        return new RebuildResult(previous, before, 0, shard.SetAside.Count, false);
    }

    /// <summary>
    /// The end of the log as it is now, when whoever writes to it just now is soon done; otherwise as far as it is final. What comes
    /// after it is caught up with in the order of the log.
    /// </summary>
    private async Task<long> End(Projection projection, CancellationToken cancellation)
    {
        var water = await Water(projection, cancellation);
        var (drawn, started) = (water.Drawn, time.GetTimestamp());
        while (water.Mark < drawn && time.GetElapsedTime(started) < WaitForWriters)
        {
            await Task.Delay(LookInterval, time, cancellation);
            await PageReader.Look(database, water, cancellation);
        }

        return water.Mark;
    }

    /// <summary>The mark, from where the daemon is: a number that it has passed is not waited for again.</summary>
    private async Task<HighWater> Water(Projection projection, CancellationToken cancellation)
    {
        var water = new HighWater(0);
        await PageReader.Look(database, water, cancellation);
        water.Know(await Ask<long>("select last_seq_id from bus_projection_progress where name = $1", projection.Name, cancellation));
        return water;
    }

    /// <summary>Each worker has a shard of its own; their streams are never the same.</summary>
    private async Task BuildParts(Projection projection, int generation, StrongBox<long> counted, CancellationToken cancellation)
    {
        var left = new Queue<RebuildPart>(await parts.Left((await loader.Other(projection, generation, cancellation))!, cancellation));
        var pages = new StreamPageReader(database, types);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(Work, cancellation)));

        async Task Work()
        {
            var shard = (await loader.Other(projection, generation, cancellation))!;
            while (Next() is { } part)
            {
                for (StreamPage? page = null; page is not { IsLast: true };)
                {
                    page = await pages.Read(shard, part, cancellation);
                    await projector.Project([shard], page, cancellation);
                    Interlocked.Add(ref counted.Value, page.Events.Count);
                    if (page.Events.Count > 0)
                        part = part with { Stream = page.Events[^1].StreamId, Version = page.Events[^1].Version };
                }
            }
        }

        RebuildPart? Next()
        {
            lock (left)
                return left.TryDequeue(out var part) ? part : null;
        }
    }

    /// <summary>Until it is no further behind than the one that people read.</summary>
    private async Task<(Shard Shard, int Before)> CatchUpAndSwitch(Projection projection, int generation, CancellationToken cancellation)
    {
        while (true)
        {
            var shard = (await loader.Other(projection, generation, cancellation))!;
            try
            {
                var water = await Water(projection, cancellation);
                while (true)
                {
                    if ((await runner.Advance(water, [shard], cancellation)).IsFull)
                        continue;
                    if (!await IsBehind(shard, cancellation))
                        break;
                    await Task.Delay(LookInterval, time, cancellation);
                }

                var before = await Ask<int>("select generation from bus_projections where name = $1", projection.Name, cancellation);
                await Switch(shard, cancellation);
                return (shard, before);
            }
            catch (ShardOutOfDateException)
            {
                // A stream was taken up again meanwhile; once more from there.
            }
        }
    }

    private async Task<bool> IsBehind(Shard shard, CancellationToken cancellation) => shard.Progress < await Ask<long>(
        "select case when stopped is null then p.last_seq_id else 0 end from bus_projection_progress p join bus_projections using (name) where name = $1",
        shard.Projection.Name, cancellation);

    private async Task Switch(Shard shard, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select bus_switch_projection($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.Table });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard.Generation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard.Revision });
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException failure) when (failure.SqlState == PageProjector.OutOfDate)
        {
            throw new ShardOutOfDateException(failure);
        }
    }

    private async Task<T?> Ask<T>(string sql, string name, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await command.ExecuteScalarAsync(cancellation) is T value ? value : default;
    }
}

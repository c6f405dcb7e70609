using System.Runtime.ExceptionServices;
using Bus.Events.Projections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Writes what a page makes of the rows of projections, and how far they have come, in one transaction.</summary>
internal sealed partial class PageProjector(NpgsqlDataSource database, EventTypes types, ILogger<PageProjector> log)
{
    /// <summary>The SQLSTATE by which the database says that a shard is out of date.</summary>
    public const string OutOfDate = "BU001";

    private readonly HashSet<string> known = [.. types.Names];

    /// <summary>Projects a page. When PostgreSQL refuses a row, the event to blame is searched for by halves and set aside.</summary>
    /// <exception cref="ShardOutOfDateException">Somebody else moved a shard, or switched its generation.</exception>
    public async Task Project(IReadOnlyList<Shard> shards, Page page, CancellationToken cancellation)
    {
        try
        {
            await Commit(shards, page, cancellation);
        }
        catch (PostgresException) when (shards.Count > 1)
        {
            await ProjectApart(shards, page, cancellation);
        }
        catch (PostgresException failure) when (IsAboutData(failure) && page.Events.Count > 0)
        {
            if (page.Events.Count > 1)
            {
                var (first, second) = page.Halves();
                await Project(shards, first, cancellation);
                await Project(shards, second, cancellation);
            }
            else
            {
                var refused = new RowChanges([], [new SetAsideEvent(page.Events[0], $"PostgreSQL refused the row ({failure.SqlState})")], () => { });
                await Commit(page, [(shards[0], refused)], cancellation);
            }
        }
    }

    /// <summary>What is wrong with one projection does not hold up the others.</summary>
    private async Task ProjectApart(IReadOnlyList<Shard> shards, Page page, CancellationToken cancellation)
    {
        PostgresException? failed = null;
        foreach (var shard in shards)
        {
            try
            {
                await Project([shard], page, cancellation);
            }
            catch (PostgresException failure)
            {
                failed ??= failure;
            }
        }

        if (failed is not null)
            ExceptionDispatchInfo.Throw(failed);
    }

    private async Task Commit(IReadOnlyList<Shard> shards, Page page, CancellationToken cancellation)
    {
        var changes = new List<(Shard, RowChanges)>();
        foreach (var shard in shards)
        {
            var events = page.Events.Where(stored => Concerns(shard, stored)).ToList();
            changes.Add((shard, await shard.Projection.Project(database, shard.Generation, shard.Cache, events, cancellation)));
        }

        await Commit(page, changes, cancellation);
    }

    /// <summary>That a stream is gone concerns those too that went on without it: they have its beginning.</summary>
    private bool Concerns(Shard shard, StoredEvent stored) => (!shard.SetAside.Contains(stored.StreamId) || shard.Projection.EndsStream(stored))
        && (shard.EventNames(types).Contains(stored.Name) || (!known.Contains(stored.Name) && IsOfItsKind(shard, stored)));

    /// <summary>Pages of several projections have what nobody knows of the streams of all of them.</summary>
    private static bool IsOfItsKind(Shard shard, StoredEvent stored) =>
        stored.Data is not UnreadableEvent { StreamType: { } kind } || kind == shard.Projection.StreamType;

    /// <summary>Nobody waits for the disk: rows and progress get there together, and after the events they follow from.</summary>
    private async Task Commit(Page page, IReadOnlyList<(Shard Shard, RowChanges Changes)> all, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(page.Move([.. all.Select(one => one.Shard)]));
        foreach (var (shard, changes) in all)
        {
            foreach (var ended in page.Events.Where(stored => shard.SetAside.Contains(stored.StreamId) && shard.Projection.EndsStream(stored)))
                batch.BatchCommands.Add(SetAsideStreams.Remove(shard, ended.StreamId));
            foreach (var statement in changes.Statements.Concat(changes.SetAside.Select(refused => SetAsideStreams.Add(shard, refused))))
                batch.BatchCommands.Add(statement);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException failure) when (failure.SqlState == OutOfDate)
        {
            throw new ShardOutOfDateException(failure);
        }

        foreach (var (shard, changes) in all)
        {
            page.Moved(shard);
            changes.Remember();
            shard.SetAside.ExceptWith(page.Events.Where(shard.Projection.EndsStream).Select(stored => stored.StreamId));
            shard.SetAside.UnionWith(changes.SetAside.Select(refused => refused.Event.StreamId));
            if (changes.SetAside is [var (first, error), ..])
                LogSetAside(shard.Projection.Name, changes.SetAside.Count, first.StreamId, first.Sequence, first.Name, error);
        }
    }

    /// <summary>The row is to blame, and not the database or the connection.</summary>
    public static bool IsAboutData(PostgresException failure) => failure.SqlState[..2] is "22" or "23" or "54";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Projection} goes on without {Count} streams, the first is {StreamId} from event {Sequence} ({Name}) on: {Error}")]
    private partial void LogSetAside(string projection, int count, Guid streamId, long sequence, string name, string error);
}

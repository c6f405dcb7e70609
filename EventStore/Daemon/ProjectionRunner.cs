using Bus.Events.Projections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Moves projections along the log: a page of events, their rows and the progress, in one transaction.</summary>
internal sealed partial class ProjectionRunner(NpgsqlDataSource database, EventTypes types, ILogger<ProjectionRunner> log)
{
    private const string OutOfDate = "BU001";

    private readonly PageReader pages = new(database, types);
    private readonly HashSet<string> known = [.. types.Names];

    /// <summary>Projects the next page.</summary>
    /// <param name="water">The high-water mark.</param>
    /// <param name="shards">Shards that are at the same place.</param>
    /// <param name="cancellation">Gives up; what is committed stays.</param>
    /// <returns>The page.</returns>
    /// <exception cref="ShardOutOfDateException">Somebody else moved a shard, or switched its generation.</exception>
    public async Task<Page> Advance(HighWater water, IReadOnlyList<Shard> shards, CancellationToken cancellation)
    {
        var page = await pages.Read(water, shards[0].Progress, [.. shards.Select(s => s.Projection)], cancellation);
        if (page.UpTo > page.From)
            await Project(shards, page, cancellation);
        return page;
    }

    /// <summary>When PostgreSQL refuses a row, the event to blame is searched for by halves and set aside.</summary>
    private async Task Project(IReadOnlyList<Shard> shards, Page page, CancellationToken cancellation)
    {
        try
        {
            await Commit(shards, page, cancellation);
        }
        catch (PostgresException failure) when (IsAboutData(failure))
        {
            if (shards.Count > 1)
            {
                foreach (var shard in shards)
                    await Project([shard], page, cancellation);
            }
            else if (page.Events.Count > 1)
            {
                var half = page.Events.Count / 2;
                var middle = page.Events[half - 1].Sequence;
                await Project(shards, page with { UpTo = middle, Events = [.. page.Events.Take(half)] }, cancellation);
                await Project(shards, page with { From = middle, Events = [.. page.Events.Skip(half)] }, cancellation);
            }
            else if (page.Events.Count == 1)
            {
                var refused = new RowChanges([], [new SetAsideEvent(page.Events[0], $"PostgreSQL refused the row ({failure.SqlState})")], () => { });
                await Commit(page, [(shards[0], refused)], cancellation);
            }
            else
            {
                throw;
            }
        }
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

    private bool Concerns(Shard shard, StoredEvent stored) => !shard.SetAside.Contains(stored.StreamId)
        && (shard.Projection.Events.Any(type => types.NameOf(type) == stored.Name) || !known.Contains(stored.Name));

    /// <summary>Nobody waits for the disk: rows and progress get there together, and after the events they follow from.</summary>
    private async Task Commit(Page page, IReadOnlyList<(Shard Shard, RowChanges Changes)> all, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        foreach (var (shard, changes) in all)
        {
            batch.BatchCommands.Add(Move(shard, page));
            foreach (var statement in changes.Statements.Concat(changes.SetAside.Select(refused => SetAside(shard, refused))))
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
            shard.Progress = page.UpTo;
            changes.Remember();
            foreach (var (stored, error) in changes.SetAside)
            {
                shard.SetAside.Add(stored.StreamId);
                LogSetAside(shard.Projection.Name, stored.StreamId, stored.Sequence, stored.Name, error);
            }
        }
    }

    private static bool IsAboutData(PostgresException failure) => failure.SqlState[..2] is "22" or "23" or "54";

    private static NpgsqlBatchCommand Move(Shard shard, Page page) => new("select bus_move_progress($1, $2, $3, $4, $5)")
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = shard.Projection.Name },
            new NpgsqlParameter<int> { TypedValue = shard.Generation },
            new NpgsqlParameter<long> { TypedValue = shard.Revision },
            new NpgsqlParameter<long> { TypedValue = page.From },
            new NpgsqlParameter<long> { TypedValue = page.UpTo },
        },
    };

    private static NpgsqlBatchCommand SetAside(Shard shard, SetAsideEvent refused) => new("""
        insert into bus_set_aside (projection, generation, stream_id, seq_id, version, type, error)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = shard.Projection.Name },
            new NpgsqlParameter<int> { TypedValue = shard.Generation },
            new NpgsqlParameter<Guid> { TypedValue = refused.Event.StreamId },
            new NpgsqlParameter<long> { TypedValue = refused.Event.Sequence },
            new NpgsqlParameter<long> { TypedValue = refused.Event.Version },
            new NpgsqlParameter<string> { TypedValue = refused.Event.Name },
            new NpgsqlParameter<string> { TypedValue = refused.Error },
        },
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Projection} goes on without stream {StreamId} from event {Sequence} ({Name}) on: {Error}")]
    private partial void LogSetAside(string projection, Guid streamId, long sequence, string name, string error);
}

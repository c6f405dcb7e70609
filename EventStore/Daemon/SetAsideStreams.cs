using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Streams that a projection goes on without, until what was in their way is mended.</summary>
public sealed class SetAsideStreams
{
    /// <summary>The projection moves on while a stream is projected anew; then it is tried again.</summary>
    private const int Attempts = 100;

    private readonly NpgsqlDataSource database;
    private readonly EventTypes types;
    private readonly ShardLoader loader;

    internal SetAsideStreams(NpgsqlDataSource database, EventTypes types, ShardLoader loader) =>
        (this.database, this.types, this.loader) = (database, types, loader);

    /// <summary>The statement that sets a stream aside.</summary>
    internal static NpgsqlBatchCommand Add(Shard shard, SetAsideEvent refused) => new("""
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

    /// <summary>The statement that forgets that a stream is set aside.</summary>
    internal static NpgsqlBatchCommand Remove(Shard shard, Guid stream) => new("delete from bus_set_aside where projection = $1 and generation = $2 and stream_id = $3")
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = shard.Projection.Name },
            new NpgsqlParameter<int> { TypedValue = shard.Generation },
            new NpgsqlParameter<Guid> { TypedValue = stream },
        },
    };

    /// <summary>Tries to take up every stream that a projection goes on without.</summary>
    /// <returns>How many are taken up, and how many are not.</returns>
    public async Task<(int TakenUp, int Left)> RetryAll(Projection projection, CancellationToken cancellation)
    {
        var aside = (await loader.Current([projection], cancellation)).SelectMany(shard => shard.SetAside).ToList();
        var takenUp = 0;
        foreach (var stream in aside)
            takenUp += await Retry(projection, stream, cancellation) ? 1 : 0;
        return (takenUp, aside.Count - takenUp);
    }

    private async Task<bool> Retry(Projection projection, Guid stream, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                var shard = (await loader.Current([projection], cancellation)).SingleOrDefault();
                return shard is not null && await Retry(shard, stream, cancellation);
            }
            catch (ShardOutOfDateException)
            {
                // Once more from where it is now.
            }
            catch (PostgresException failure) when (PageProjector.IsAboutData(failure))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Projects a stream anew from its beginning as far as the shard has come, and takes it up again, in one transaction. When
    /// an event still fails the stream stays aside from there on. The shard is out of date afterwards.
    /// </summary>
    /// <returns>True when the stream is taken up again.</returns>
    /// <exception cref="ShardOutOfDateException">Somebody else moved the shard meanwhile.</exception>
    private async Task<bool> Retry(Shard shard, Guid stream, CancellationToken cancellation)
    {
        var events = await Events(shard, stream, cancellation);
        var changes = await shard.Projection.Project(null, shard.Generation, shard.Projection.NewCache(), events, cancellation);

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bus_change_projection($1, $2, $3, $4)")
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = shard.Projection.Name },
                new NpgsqlParameter<int> { TypedValue = shard.Generation },
                new NpgsqlParameter<long> { TypedValue = shard.Revision },
                new NpgsqlParameter<long> { TypedValue = shard.Progress },
            },
        });
        batch.BatchCommands.Add(Remove(shard, stream));
        batch.BatchCommands.Add(shard.Projection.Remove(shard.Generation, [stream]));
        foreach (var statement in changes.Statements.Concat(changes.SetAside.Select(refused => Add(shard, refused))))
            batch.BatchCommands.Add(statement);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException failure) when (failure.SqlState == PageProjector.OutOfDate)
        {
            throw new ShardOutOfDateException(failure);
        }

        return changes.SetAside.Count == 0;
    }

    private async Task<List<StoredEvent>> Events(Shard shard, Guid stream, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select seq_id, stream_id, version, type, data, timestamp, id from mt_events
            where stream_id = $1 and seq_id <= $2 and (type = any($3) or type <> all($4)) order by version
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard.Progress });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. shard.EventNames(types)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. types.Names] });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellation))
            events.Add(types.Stored(reader, reader.GetFieldValue<byte[]>(4)));
        return events;
    }
}

using Bus.Events.Daemon;
using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Rebuild;

/// <summary>A part of a rebuild: the streams from one id up to another, and how far it has come.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Stream">The stream that was projected last, or the first of the part.</param>
/// <param name="Version">The event of it that was projected last; 0 when none was.</param>
/// <param name="Before">The stream before which the part ends.</param>
/// <param name="UpTo">The last event of the log that takes part.</param>
internal sealed record RebuildPart(int Number, Guid Stream, long Version, Guid Before, long UpTo);

/// <summary>The generation that is being built, and its parts.</summary>
internal sealed class RebuildParts(NpgsqlDataSource database)
{
    /// <summary>So many streams make a part, but there are not more than <see cref="Most"/> parts.</summary>
    private const int Streams = 500;
    private const int Most = 64;

    /// <summary>The generation that an earlier rebuild has begun; null when none has.</summary>
    public async Task<int?> Begun(Projection projection, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select max(generation) from bus_rebuild_parts where projection = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection.Name });
        return await command.ExecuteScalarAsync(cancellation) as int?;
    }

    /// <summary>Makes the table of a new generation and divides the streams, in one transaction.</summary>
    /// <param name="projection">The projection.</param>
    /// <param name="upTo">The last event that takes part; the rest follows from the log in its order.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The generation.</returns>
    public async Task<int> Begin(Projection projection, long upTo, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select bus_begin_rebuild($1, $2, $3, $4, $5)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection.Table });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Streams });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The parts that are not done.</summary>
    public async Task<IReadOnlyList<RebuildPart>> Left(Shard shard, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select part, coalesce(last_stream, from_stream), last_version, to_stream, up_to from bus_rebuild_parts
            where projection = $1 and generation = $2 and not is_done order by part
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard.Generation });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var parts = new List<RebuildPart>();
        while (await reader.ReadAsync(cancellation))
            parts.Add(new RebuildPart(reader.GetInt32(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetGuid(3), reader.GetInt64(4)));
        return parts;
    }

    /// <summary>How many events are projected already, and how many there are.</summary>
    public async Task<(long Done, long All)> Count(Shard shard, EventTypes types, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select coalesce(sum(events), 0)::bigint,
                   (select count(*) from mt_events where type = any($3) and seq_id <= (select max(up_to) from bus_rebuild_parts where projection = $1 and generation = $2))
            from bus_rebuild_parts where projection = $1 and generation = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard.Generation });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. shard.EventNames(types)] });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}

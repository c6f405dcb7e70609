using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Reads where projections stand.</summary>
internal sealed class ShardLoader(NpgsqlDataSource database)
{
    /// <summary>
    /// The generations that people read, of those projections that do not stand still. Always in the same order: pages of several
    /// are committed together, and two processes must not wait for each other in a circle.
    /// </summary>
    public async Task<IReadOnlyList<Shard>> Current(IReadOnlyCollection<Projection> projections, CancellationToken cancellation)
    {
        var names = new NpgsqlParameter<string[]> { TypedValue = [.. projections.Select(p => p.Name)] };
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "insert into bus_projections (name) select unnest($1) on conflict do nothing")
        { Parameters = { names } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            insert into mt_event_progression (name, last_seq_id)
            select bus_progress_name(name, generation), 0 from bus_projections where name = any($1) on conflict do nothing
            """) { Parameters = { names.Clone() } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            select p.name, p.generation, p.revision, coalesce(g.last_seq_id, 0),
                   array(select s.stream_id from bus_set_aside s where s.projection = p.name and s.generation = p.generation)
            from bus_projections p join mt_event_progression g on g.name = bus_progress_name(p.name, p.generation)
            where p.name = any($1) and p.stopped is null order by p.name
            """) { Parameters = { names.Clone() } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var shards = new List<Shard>();
        while (await reader.ReadAsync(cancellation))
        {
            var name = reader.GetString(0);
            shards.Add(new Shard(
                projections.First(p => p.Name == name), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<Guid[]>(4)));
        }

        return shards;
    }

    /// <summary>A generation that nobody reads yet, or any more; null when it was never begun.</summary>
    public async Task<Shard?> Other(Projection projection, int generation, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select p.revision, g.last_seq_id,
                   array(select s.stream_id from bus_set_aside s where s.projection = $1 and s.generation = $2)
            from bus_projections p join mt_event_progression g on g.name = bus_progress_name($1, $2) where p.name = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = generation });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Shard(projection, generation, reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<Guid[]>(2))
            : null;
    }
}

using Bus.Events.Daemon;
using Npgsql;

namespace Bus.Events.Rebuild;

/// <summary>Reads the events of a part, stream by stream, page by page.</summary>
internal sealed class StreamPageReader(NpgsqlDataSource database, EventTypes types)
{
    private const int MostEvents = 2000;
    private const int MostBytes = 8 * 1024 * 1024;

    private const string Sql = """
        select e.seq_id, e.stream_id, e.version, e.type, e.data, e.timestamp, e.id
        from mt_events e
        where (e.stream_id, e.version) > ($1, $2) and e.stream_id < $3 and e.seq_id <= $4
          and (e.type = any($5) or (e.type <> all($6) and exists (
              select from mt_streams s where s.id = e.stream_id and s.type = $7)))
        order by e.stream_id, e.version limit $8
        """;

    public async Task<StreamPage> Read(Shard shard, RebuildPart part, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = part.Stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = part.Version });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = part.Before });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = part.UpTo });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. shard.EventNames(types)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. types.Names] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = shard.Projection.StreamType });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostEvents });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StoredEvent>();
        var bytes = 0;
        while (await reader.ReadAsync(cancellation))
        {
            var body = reader.GetFieldValue<byte[]>(4);
            events.Add(types.Stored(reader, body));
            bytes += body.Length;
            if (events.Count == MostEvents || bytes >= MostBytes)
                return new StreamPage(part.Number, events, IsLast: false);
        }

        return new StreamPage(part.Number, events, IsLast: true);
    }
}

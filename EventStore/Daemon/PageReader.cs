using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Reads the log page by page, up to the high-water mark, and moves the mark with what it sees.</summary>
internal sealed class PageReader(NpgsqlDataSource database, EventTypes types)
{
    /// <summary>The most events of a page.</summary>
    public const int MostEvents = 4000;

    /// <summary>A page ends after so much text: events may be large.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    /// <summary>A page looks at no more of the log than this, should nothing in it be wanted.</summary>
    private const long MostNumbers = 100_000;

    private const string Sql = """
        select e.seq_id, e.stream_id, e.version, e.type, e.data, e.timestamp, e.id,
               case when e.type <> all($4) then (select s.type from mt_streams s where s.id = e.stream_id) end
        from mt_events e
        where e.seq_id > $1 and e.seq_id <= $2
          and (e.type = any($3) or (e.type <> all($4) and exists (
              select from mt_streams s where s.id = e.stream_id and s.type = any($5))))
        order by e.seq_id limit $6
        """;

    /// <summary>The page after a place.</summary>
    /// <param name="water">The mark; it moves.</param>
    /// <param name="from">The place.</param>
    /// <param name="projections">For whom.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LogPage> Read(HighWater water, long from, IReadOnlyCollection<Projection> projections, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(EndOfLog(water));
        batch.BatchCommands.Add(EventsAfter(from, projections));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);

        await Observe(water, reader, cancellation);
        await reader.NextResultAsync(cancellation);
        var end = Math.Min(water.Mark, from + MostNumbers);
        var events = new List<StoredEvent>();
        var bytes = 0;
        while (await reader.ReadAsync(cancellation) && reader.GetInt64(0) <= end)
        {
            var body = reader.GetFieldValue<byte[]>(4);
            events.Add(await OfKind(types.Stored(reader, body), reader, cancellation));
            bytes += body.Length;
            if (events.Count == MostEvents || bytes >= MostBytes)
                return new LogPage(from, events[^1].Sequence, events, true);
        }

        return new LogPage(from, Math.Max(from, end), events, end < water.Mark);
    }

    /// <summary>Moves the mark, and reads nothing.</summary>
    public static async Task Look(NpgsqlDataSource database, HighWater water, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(EndOfLog(water));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await Observe(water, reader, cancellation);
    }

    private static async Task<StoredEvent> OfKind(StoredEvent stored, NpgsqlDataReader row, CancellationToken cancellation) =>
        stored.Data is UnreadableEvent unreadable && !await row.IsDBNullAsync(7, cancellation)
            ? stored with { Data = unreadable with { StreamType = row.GetString(7) } }
            : stored;

    private static NpgsqlBatchCommand EndOfLog(HighWater water) => new("select drawn, writers, contiguous from bus_high_water($1)")
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = water.Mark } },
    };

    private static async Task Observe(HighWater water, NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation);
        water.Observe(reader.GetInt64(0), reader.GetFieldValue<string[]>(1), reader.GetInt64(2));
    }

    private NpgsqlBatchCommand EventsAfter(long from, IReadOnlyCollection<Projection> projections) => new(Sql)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = from },
            new NpgsqlParameter<long> { TypedValue = from + MostNumbers },
            new NpgsqlParameter<string[]> { TypedValue = [.. projections.SelectMany(p => p.Events).Select(types.NameOf).Distinct()] },
            new NpgsqlParameter<string[]> { TypedValue = [.. types.Names] },
            new NpgsqlParameter<string[]> { TypedValue = [.. projections.Select(p => p.StreamType).Distinct()] },
            new NpgsqlParameter<int> { TypedValue = MostEvents },
        },
    };
}

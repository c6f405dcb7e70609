using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>What the async daemon of a Marten 9 application asks of the database, in the order in which it asks.</summary>
public sealed class A_Marten_daemon : IAsyncLifetime
{
    private const string HighWaterMark = "HighWaterMark";
    private const string Shard = "Sessions:All";

    private readonly Guid stream = Some.Id();
    private TestLog log = null!;
    private MartenSession marten = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        marten = await MartenSession.Open(log.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await marten.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_see_a_log_without_events()
    {
        Assert.Equal(["1 0 - -"], await Statistics());
        Assert.Equal(["- - -"], await Gaps(0));
    }

    [Fact]
    public async Task Should_find_the_mark_and_keep_it()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2"), Some.Event("3")]);

        Assert.Equal(["3 3 - -"], await Statistics());
        Assert.Equal(["1 - 3"], await Gaps(0));
        await Mark(3);
        Assert.Equal(["3 3 3 -"], await Statistics());

        await log.Run("update mt_event_progression set last_updated = 'epoch'");
        await Mark(3);
        Assert.True(await log.One<bool>("select last_updated > now() - interval '1 minute' from mt_event_progression"));
    }

    [Fact]
    public async Task Should_stop_before_a_gap_and_skip_it_once()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]);
        await log.Run("select nextval('mt_events_sequence')");
        await log.Events.Append(stream, "session", 2, [Some.Event("4")]);

        Assert.Equal(["1 2 4"], await Gaps(0));
        await Mark(2);
        Assert.Equal(4, await Skip(ending: 4, starting: 2));
        Assert.Equal(4, await Skip(ending: 4, starting: 2));

        Assert.Equal(["4 4 4 -"], await Statistics());
        Assert.Equal(
            ["4 2"],
            await marten.Rows(
                "select ending_sequence, starting_sequence, timestamp from public.mt_high_water_skips order by ending_sequence desc limit $1",
                reader => $"{reader.GetInt64(0)} {reader.GetInt64(1)}", new NpgsqlParameter { Value = 10 }));
    }

    [Theory]
    [InlineData(5, 0, 1)]
    [InlineData(5, 5, 0)]
    public async Task Should_begin_its_mark_by_a_skip(long ending, long starting, long noted)
    {
        Assert.Equal(ending, await Skip(ending, starting));
        Assert.Equal(noted, await log.One<long>("select count(*) from mt_high_water_skips"));
        Assert.Equal(ending, await log.One<long>("select last_seq_id from mt_event_progression"));
    }

    [Fact]
    public async Task Should_not_skip_from_where_the_mark_is_not()
    {
        await Mark(7);
        Assert.Equal(7, await Skip(ending: 9, starting: 5));
        Assert.Equal(0, await log.One<long>("select count(*) from mt_high_water_skips"));
    }

    /// <summary>Rows beside those of the shards, by which a daemon that starts knows what the one before has seen.</summary>
    [Fact]
    public async Task Should_keep_what_it_has_seen_of_the_sequence()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]);

        const string sql = """
            insert into public.mt_event_progression (name, last_seq_id, last_updated)
            select 'HighWaterAllocationFence', seen.high, transaction_timestamp()
            from (select case when is_called then last_value else last_value - 1 end as high from public.mt_events_sequence) as seen
            where seen.high <= $1
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated
            where excluded.last_updated > public.mt_event_progression.last_updated
            """;
        Assert.Equal(0, await marten.Run(sql, new NpgsqlParameter { Value = 1L }));
        Assert.Equal(1, await marten.Run(sql, new NpgsqlParameter { Value = 2L }));
        Assert.Equal(["2 2 - 2"], await Statistics());
    }

    [Fact]
    public async Task Should_load_the_events_of_its_kinds_with_the_type_of_their_stream()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), new SessionClosed(stream, stream, DateTimeOffset.UnixEpoch), Some.Event("3"), Some.Event("4")]);
        var archived = Some.Id();
        await log.Events.Append(archived, "session", 0, [Some.Event("archived")]);
        await log.Events.Archive(archived);
        await log.Events.Append(Some.Id(), "other", 0, [Some.Event("6")]);

        Assert.Equal(["3 turn_failed session", "4 turn_failed session", "6 turn_failed other"], await Load(1, 6, "turn_failed"));
        Assert.Equal(["2 session_closed session", "3 turn_failed session"], await Load(1, 3, "turn_failed", "session_closed"));
        Assert.Empty(await Load(6, 9, "turn_failed"));
    }

    [Fact]
    public async Task Should_move_its_progress_from_where_it_knows_it_to_be()
    {
        Assert.Equal(1, await marten.Run(
            "insert into public.mt_event_progression (name, last_seq_id) values ($1, $2)", new() { Value = Shard }, new() { Value = 10L }));
        Assert.Equal(1, await Move(from: 10, to: 20));
        Assert.Equal(0, await Move(from: 10, to: 30));

        Assert.Equal(
            [$"{Shard} 20"],
            await marten.Rows("select name, last_seq_id from public.mt_event_progression", reader => $"{reader.GetString(0)} {reader.GetInt64(1)}"));
    }

    /// <summary>Highest number given, highest used, mark, fence.</summary>
    private Task<IReadOnlyList<string>> Statistics() => marten.Rows(
        """
        select (select last_value from public.mt_events_sequence) as highest_sequence, transaction_timestamp() as "timestamp",
               pg_snapshot_xmax(pg_current_snapshot())::text::bigint as current_xmax, p.last_seq_id, p.last_updated,
               (select case when is_called then last_value else last_value - 1 end from public.mt_events_sequence) as allocated_high,
               f.last_seq_id, f.last_updated
        from (values (1)) as one (x)
        left join public.mt_event_progression as p on p.name = 'HighWaterMark'
        left join public.mt_event_progression as f on f.name = 'HighWaterAllocationFence'
        """,
        reader => $"{reader.GetInt64(0)} {reader.GetInt64(5)} {Number(reader, 3)} {Number(reader, 6)}");

    /// <summary>The first event after a number, the last one before a gap, the last one.</summary>
    private Task<IReadOnlyList<string>> Gaps(long start) => marten.Rows(
        """
        select (select min(seq_id) from public.mt_events where seq_id > $1) as first_after,
               (select seq_id from (select seq_id, lead(seq_id) over (order by seq_id) as next_seq from public.mt_events where seq_id >= $1) as gaps
                where next_seq is not null and next_seq - seq_id > 1 order by seq_id limit 1) as gap_edge,
               (select max(seq_id) from public.mt_events where seq_id >= $1) as max_seq
        """,
        reader => $"{Number(reader, 0)} {Number(reader, 1)} {Number(reader, 2)}", new NpgsqlParameter { Value = start });

    private Task<int> Mark(long sequence) => marten.Run(
        "select public.mt_mark_event_progression($1, $2)", new() { Value = HighWaterMark }, new() { Value = sequence });

    private async Task<long> Skip(long ending, long starting) => long.Parse(
        Assert.Single(await marten.Rows(
            "select public.mt_mark_progression_with_skip('HighWaterMark', $1, $2)", reader => $"{reader.GetInt64(0)}",
            new() { Value = ending }, new() { Value = starting })),
        System.Globalization.CultureInfo.InvariantCulture);

    private Task<IReadOnlyList<string>> Load(long floor, long ceiling, params string[] aliases) => marten.Rows(
        "select d.data, d.type, d.mt_dotnet_type, d.bdata, d.seq_id, d.id, d.stream_id, d.version, d.timestamp, d.tenant_id, d.is_archived, s.type as stream_type "
        + "from public.mt_events as d inner join public.mt_streams as s on d.stream_id = s.id "
        + "where d.seq_id > $1 and d.seq_id <= $2 and d.is_archived = FALSE and d.type = ANY($3) order by d.seq_id limit 500",
        reader => $"{reader.GetInt64(4)} {reader.GetString(1)} {reader.GetString(11)}",
        new() { Value = floor }, new() { Value = ceiling },
        new() { Value = aliases, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });

    private Task<int> Move(long from, long to) => marten.Run(
        "update public.mt_event_progression set last_seq_id = $1, last_updated = transaction_timestamp() where name = $2 and last_seq_id = $3",
        new() { Value = to }, new() { Value = Shard }, new() { Value = from });

    private static string Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? "-" : $"{reader.GetInt64(column)}";
}

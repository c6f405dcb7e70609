using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>The tables are Marten's (docs: the layout that a Marten application of default options creates).</summary>
public sealed class The_layout_of_the_log : IAsyncLifetime
{
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(
        "mt_streams",
        "id uuid NO",
        "type character varying YES",
        "version bigint NO",
        "timestamp timestamp with time zone NO",
        "created timestamp with time zone NO",
        "tenant_id character varying NO",
        "is_archived boolean NO")]
    [InlineData(
        "mt_events",
        "seq_id bigint NO",
        "id uuid NO",
        "stream_id uuid YES",
        "version bigint NO",
        "data jsonb NO",
        "bdata bytea YES",
        "type character varying(500) NO",
        "timestamp timestamp with time zone NO",
        "tenant_id character varying NO",
        "mt_dotnet_type character varying YES",
        "is_archived boolean NO")]
    [InlineData(
        "mt_event_progression",
        "name character varying NO",
        "last_seq_id bigint YES",
        "last_updated timestamp with time zone YES")]
    [InlineData(
        "mt_high_water_skips",
        "ending_sequence bigint NO",
        "starting_sequence bigint NO",
        "timestamp timestamp with time zone YES")]
    public async Task Should_have_the_columns(string table, params string[] columns) => Assert.Equal(columns, await log.Rows<string>($"""
        select concat(column_name, ' ', data_type, '(' || character_maximum_length || ')', ' ', is_nullable)
        from information_schema.columns where table_schema = 'public' and table_name = '{table}' order by ordinal_position
        """));

    [Fact]
    public async Task Should_have_the_constraints() => Assert.Equal(
        [
            "fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES mt_streams(id) ON DELETE CASCADE",
            "pk_mt_event_progression PRIMARY KEY (name)",
            "pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
            "pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)",
            "pkey_mt_streams_id PRIMARY KEY (id)",
        ],
        await log.Rows<string>("""
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where conrelid in ('mt_streams'::regclass, 'mt_events'::regclass, 'mt_event_progression'::regclass, 'mt_high_water_skips'::regclass)
              and contype <> 'n' order by 1
            """));

    [Fact]
    public async Task Should_have_the_indexes() => Assert.Equal(
        [
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (stream_id, version)",
            "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON public.mt_events USING btree (seq_id)",
            "CREATE UNIQUE INDEX pkey_mt_streams_id ON public.mt_streams USING btree (id)",
        ],
        await log.Rows<string>("select indexdef from pg_indexes where tablename in ('mt_streams', 'mt_events') order by indexname"));

    [Fact]
    public async Task Should_have_defaults_that_a_foreign_writer_can_rely_on() => Assert.Equal(
        [
            "mt_event_progression.last_updated transaction_timestamp()",
            "mt_events.is_archived false",
            "mt_events.tenant_id '*DEFAULT*'::character varying",
            "mt_events.timestamp now()",
            "mt_high_water_skips.timestamp transaction_timestamp()",
            "mt_streams.created now()",
            "mt_streams.is_archived false",
            "mt_streams.tenant_id '*DEFAULT*'::character varying",
            "mt_streams.timestamp now()",
        ],
        await log.Rows<string>("""
            select table_name || '.' || column_name || ' ' || column_default from information_schema.columns
            where table_name in ('mt_streams', 'mt_events', 'mt_event_progression', 'mt_high_water_skips') and column_default is not null order by 1
            """));

    [Fact]
    public async Task Should_number_events_from_a_sequence_that_belongs_to_them()
    {
        Assert.Equal("public.mt_events_sequence", await log.One<string>("select pg_get_serial_sequence('mt_events', 'seq_id')"));
        Assert.Equal(
            "1 1 1", await log.One<string>("select concat(start_value, ' ', increment_by, ' ', cache_size) from pg_sequences where sequencename = 'mt_events_sequence'"));
    }

    [Theory]
    [InlineData(
        "mt_quick_append_events",
        "stream uuid, stream_type character varying, tenantid character varying, event_ids uuid[], event_types character varying[], "
        + "dotnet_types character varying[], bodies jsonb[], bdatas bytea[], timestamps timestamp with time zone[], "
        + "expected_version bigint DEFAULT NULL::bigint returns bigint[]")]
    [InlineData("mt_archive_stream", "streamid uuid returns void")]
    [InlineData("mt_mark_event_progression", "name character varying, last_encountered bigint returns void")]
    [InlineData("mt_mark_progression_with_skip", "shard_name character varying, ending_sequence bigint, starting_sequence bigint returns bigint")]
    public async Task Should_have_the_function_with_the_names_that_callers_give(string function, string signature) => Assert.Equal(
        signature,
        await log.One<string>($"select pg_get_function_arguments(oid) || ' returns ' || pg_get_function_result(oid) from pg_proc where proname = '{function}'"));

    [Fact]
    public async Task Should_keep_an_event_as_a_Marten_application_would()
    {
        var stream = Some.Id();
        var clock = new Clock(new DateTimeOffset(2025, 10, 2, 10, 0, 0, 123, TimeSpan.Zero));
        var origin = new Origin(Platforms.Api, "chat", "67890");
        await log.Run("select nextval('mt_events_sequence') from generate_series(1, 41)");

        await log.Store(clock).Append(
            stream, "session", 0, [new SessionStarted(origin.ConversationId(), stream, origin, clock.GetUtcNow()), Some.Event("Ж \" \\ 😀")]);

        Assert.Equal(
            [
                $"42 {stream} 1 session_started 2025-10-02 10:00:00.123 *DEFAULT* Bus.Contracts.SessionStarted, Bus.Contracts false true true",
                $"43 {stream} 2 turn_failed 2025-10-02 10:00:00.123 *DEFAULT* Bus.Contracts.TurnFailed, Bus.Contracts false true true",
            ],
            await log.Rows<string>("""
                select concat_ws(' ', seq_id, stream_id, version, type, timestamp at time zone 'UTC', tenant_id, mt_dotnet_type,
                                 is_archived::text, (bdata is null)::text, (id <> stream_id)::text)
                from mt_events order by version
                """));
        Assert.Equal(43, await log.One<long>("select last_value from mt_events_sequence"));
        Assert.Equal(2, await log.One<long>("select count(distinct id) from mt_events"));
        Assert.Equal(
            $"{stream} session 2 *DEFAULT* false",
            await log.One<string>("select concat_ws(' ', id, type, version, tenant_id, is_archived::text) from mt_streams"));
        Assert.Equal(
            ["ConversationId", "Origin", "SessionId", "StartedAt"],
            await log.Rows<string>("select jsonb_object_keys(data) from mt_events where version = 1 order by 1"));
        Assert.Equal("67890", await log.One<string>("select data #>> '{Origin,Place}' from mt_events where version = 1"));
        Assert.Equal("Ж \" \\ 😀", await log.One<string>("select data ->> 'Reason' from mt_events where version = 2"));
    }

    [Fact]
    public async Task Should_set_the_streams_version_and_time_at_each_append()
    {
        var stream = Some.Id();
        await log.Events.Append(stream, "session", 0, [Some.Event()]);
        await log.Run("update mt_streams set timestamp = 'epoch', created = 'epoch'");

        await log.Events.Append(stream, "other type", 1, [Some.Event(), Some.Event()]);

        Assert.Equal(
            "3 session true true",
            await log.One<string>("""
                select concat_ws(' ', version, type, (created = 'epoch')::text, (timestamp between now() - interval '1 minute' and now())::text) from mt_streams
                """));
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

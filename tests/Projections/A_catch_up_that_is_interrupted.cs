using Xunit;

namespace Bus.Tests.Projections;

/// <summary>Rows and progress are written in one transaction, so that whatever interrupts a daemon leaves both or neither.</summary>
public sealed class A_catch_up_that_is_interrupted(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Events = 20_000;
    private const int Kills = 6;

    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await CountedLog.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Theory]
    [InlineData("insert on counted_1")]
    [InlineData("update on mt_event_progression")]
    public async Task Should_leave_neither_rows_nor_progress_of_a_page_that_was_not_committed(string write)
    {
        await projecting.Append("first");
        await projecting.Append("second");
        // The connection dies in the first two writes.
        await projecting.Log.Run($$"""
            create sequence writes;
            create function die() returns trigger language plpgsql as
            $$ begin if nextval('writes') <= 2 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$;
            create trigger die after {{write}} for each statement execute function die()
            """);

        await projecting.AddDaemon(new Counted());

        await projecting.CaughtUp("Counted");
        Assert.Equal(["first", "second"], await projecting.Projected());
        Assert.Equal(3, await projecting.Log.One<long>("select last_value from writes"));
    }

    [Fact]
    public async Task Should_go_on_where_it_was_when_it_is_killed_at_any_moment()
    {
        await projecting.Log.Run($"""
            insert into mt_streams (id, type, version) select md5(n::text)::uuid, 'session', 20 from generate_series(1, {Events / 20}) n;
            insert into mt_events (seq_id, id, stream_id, version, data, type)
            select nextval('mt_events_sequence'), gen_random_uuid(), md5((1 + n % {Events / 20})::text)::uuid, 1 + n / {Events / 20}, {Body}, 'turn_failed'
            from generate_series(0, {Events - 1}) n
            """);
        // A page takes some time, so that there is something to kill.
        await projecting.Log.Run("""
            create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(random() * 0.02); return null; end $$;
            create trigger linger after insert on counted_1 for each statement execute function linger();
            create trigger linger after update on mt_event_progression for each statement execute function linger()
            """);
        await projecting.AddDaemon(new Counted(), new Ordered());

        var killed = new List<string>();
        while (killed.Count < Kills && await Progress() < Events)
        {
            killed.AddRange(await projecting.Log.Rows<string>("""
                select left(query, 40) from (
                    select pid, query from pg_stat_activity
                    where datname = current_database() and application_name = 'bus' and state = 'active' and wait_event = 'PgSleep' limit 1) as busy
                where pg_terminate_backend(pid)
                """));
        }

        await projecting.CaughtUp("Counted", "Ordered");

        output.WriteLine($"Killed {killed.Count} times");
        Assert.Equal(Kills, killed.Count);
        Assert.Equal(Events, await projecting.Log.One<long>("select count(*) from counted_1"));
        Assert.Equal(Events, await projecting.Log.One<long>("select count(*) from counted_writes"));
        Assert.Equal(Events / 20, await projecting.Log.One<long>("select count(*) from ordered_1 where (version, events, faults) = (20, 20, 0)"));
    }

    private static string Body => $$"""
        '{"ConversationId": "{{Guid.Empty}}", "SessionId": "{{Guid.Empty}}", "TurnId": "{{Guid.Empty}}", "Reason": "any", "Notice": "", "FailedAt": "2026-01-01T00:00:00+00:00"}'
        """;

    private Task<long> Progress() => projecting.Log.One<long>("select coalesce(min(last_seq_id), 0) from bus_projection_progress where name in ('Counted', 'Ordered')");
}

using Bus.Events.Daemon;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class The_high_water_mark
{
    private readonly HighWater water = new(10);

    [Fact]
    public void Should_be_at_the_number_drawn_last_when_nobody_writes()
    {
        Observe(17, [], 12);

        Assert.Equal(17, water.Mark);
        Assert.False(water.IsBehind);
    }

    [Fact]
    public void Should_go_no_further_than_the_first_gap_while_somebody_writes()
    {
        Observe(17, ["3/1"], 12);

        Assert.Equal(12, water.Mark);
        Assert.True(water.IsBehind);
    }

    [Fact]
    public void Should_pass_what_was_drawn_before_its_writers_ended_and_no_more()
    {
        Observe(17, ["3/1", "4/1"], 10);
        Observe(20, ["4/1", "5/1"], 10);
        Assert.Equal(10, water.Mark);

        Observe(30, ["5/1", "6/1"], 10);

        Assert.Equal(17, water.Mark);
    }

    [Fact]
    public void Should_wait_for_those_who_write_now_once_it_has_passed()
    {
        Observe(17, ["3/1"], 10);
        Observe(20, ["4/1"], 10);
        Assert.Equal(17, water.Mark);

        Observe(30, ["4/1", "5/1"], 10);
        Assert.Equal(17, water.Mark);
        Observe(40, ["5/1"], 10);

        Assert.Equal(20, water.Mark);
    }

    [Fact]
    public void Should_not_count_a_new_transaction_of_the_same_connection_as_the_old_one()
    {
        Observe(17, ["3/1"], 10);
        Observe(20, ["3/2"], 10);

        Assert.Equal(17, water.Mark);
    }

    [Fact]
    public void Should_forget_whom_it_waited_for_when_the_gap_was_filled()
    {
        Observe(17, ["3/1"], 10);
        Observe(20, ["3/1", "4/1"], 18); // the number beyond 18 is drawn by 3/1, or by 4/1
        Observe(20, ["3/1", "4/1"], 18);
        Assert.Equal(18, water.Mark);

        Observe(30, ["4/1"], 18);
        Assert.Equal(18, water.Mark);
        Observe(30, ["5/1"], 18);

        Assert.Equal(20, water.Mark);
    }

    [Fact]
    public void Should_never_go_back()
    {
        Observe(17, [], 10);
        Observe(17, ["3/1"], 10);
        Observe(12, [], 10); // the log was restored

        Assert.Equal(17, water.Mark);
        Assert.Equal(12, water.Drawn);
    }

    [Fact]
    public async Task Should_not_pass_a_number_that_is_drawn_in_the_middle_of_a_look()
    {
        await using var log = await TestLog.Create();
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event("first")]);
        await log.Run("select nextval('mt_events_sequence')"); // a gap, so that it is asked who writes
        // Whoever looks waits once it knows who writes, until it is let on.
        await log.Run($$"""
            create schema hooks;
            create function hooks.locks() returns setof pg_locks language plpgsql as
            $$ begin return query select * from pg_catalog.pg_locks; perform pg_advisory_xact_lock_shared(7); end $$;
            create view hooks.pg_locks as select * from hooks.locks();
            alter database "{{new NpgsqlConnectionStringBuilder(log.ConnectionString).Database}}" set search_path = hooks, public, pg_catalog
            """);
        await using var hooked = NpgsqlDataSource.Create($"{log.ConnectionString};Application Name=hooked;Pooling=false");
        await using var gate = await Writer.Begin(log);
        await gate.Run("select pg_advisory_xact_lock(7)");
        var mark = new HighWater(0);
        var look = PageReader.Look(hooked, mark, CancellationToken.None);
        await Eventually.Get(() => log.One<long>("select count(*) from pg_stat_activity where application_name = 'hooked' and wait_event = 'advisory'"), waiting => waiting == 1);
        await using var open = await Writer.BeginWith(log, "open");

        await gate.Commit();
        await look;

        Assert.Equal(2, mark.Mark);
    }

    /// <summary>PostgreSQL shows it for a moment, 32 numbers ahead, to whoever selects from the sequence: about once in 3,000 looks.</summary>
    [Fact]
    public async Task Should_not_take_a_number_that_is_only_reserved_for_drawn()
    {
        await using var log = await TestLog.Create();
        using var enough = new CancellationTokenSource();
        await using var drawing = log.Database.CreateCommand("do $$ begin loop perform nextval('mt_events_sequence'); end loop; end $$");
        drawing.CommandTimeout = 0;
        var draws = drawing.ExecuteNonQueryAsync(enough.Token);
        await Eventually.Get(() => log.One<long>("select last_value from mt_events_sequence"), drawn => drawn > 1000);

        await log.Run($$"""
            do $$
            declare
                before bigint := 0;
                look bigint;
            begin
                for number in 1..30000 loop
                    select drawn into look from bus_high_water({{long.MaxValue}});
                    if look < before then
                        raise exception 'look % went back from % to %', number, before, look;
                    end if;
                    before := look;
                end loop;
            end $$
            """);

        Assert.False(draws.IsCompleted, "Nothing was drawn meanwhile.");
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draws);
    }

    private void Observe(long drawn, string[] writers, long contiguous) => water.Observe(drawn, writers, contiguous);
}

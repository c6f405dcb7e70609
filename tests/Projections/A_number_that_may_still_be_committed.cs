using Bus.Faults.Processes;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>A transaction has drawn a number of the log, and others commit higher ones.</summary>
public sealed class A_number_that_may_still_be_committed : IAsyncLifetime
{
    private Projecting projecting = null!;

    private TestLog Log => projecting.Log;

    public async ValueTask InitializeAsync()
    {
        projecting = await CountedLog.Create();
        await Log.CountLooks();
        await projecting.AddDaemon(new Counted());
        await projecting.Append("before");
        await projecting.CaughtUp("Counted");
    }

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_be_waited_for_and_then_projected_in_its_place()
    {
        await using var open = await Writer.BeginWith(Log, "open");
        await IsWaitedFor();

        await open.Commit();

        await Shows("before", "open", "first", "second");
    }

    [Fact]
    public async Task Should_be_passed_when_it_is_rolled_back_though_nobody_appends_or_tells()
    {
        await using var open = await Writer.BeginWith(Log, "open");
        await IsWaitedFor();

        await open.RollBack();

        await Shows("before", "first", "second");
    }

    [Fact]
    public async Task Should_be_passed_when_its_connection_is_killed()
    {
        await using var open = await Writer.BeginWith(Log, "open");
        await IsWaitedFor();

        await Log.Run($"select pg_terminate_backend({open.ProcessId})");

        await Shows("before", "first", "second");
    }

    [Fact]
    public async Task Should_be_passed_when_its_client_is_gone()
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(Log.ConnectionString);
        await using var relay = new Relay(server.Host!, server.Port);
        await using var open = await Writer.Begin(Log, relay.Port);
        await open.Append("open");
        await IsWaitedFor();

        await relay.Close();

        await Shows("before", "first", "second");
    }

    [Fact]
    public async Task Should_be_waited_for_with_all_others_that_its_transaction_draws()
    {
        await using var open = await Writer.BeginWith(Log, "open 1");
        await projecting.Append("first");
        await open.Append("open 2");
        await projecting.Append("second");
        await open.Append("open 3");
        await Log.Looked();
        Assert.Equal(["before"], await projecting.Projected());

        await open.Commit();

        await Shows("before", "open 1", "first", "open 2", "second", "open 3");
    }

    [Fact]
    public async Task Should_be_waited_for_though_a_savepoint_was_rolled_back()
    {
        await using var open = await Writer.BeginWith(Log, "open 1");
        await projecting.Append("first");
        await open.Run("savepoint here");
        await open.Append("undone");
        await projecting.Append("second");
        await open.Run("rollback to here");
        await Log.Looked();
        Assert.Equal(["before"], await projecting.Projected());
        await open.Append("open 2");

        await open.Commit();

        await Shows("before", "open 1", "first", "second", "open 2");
    }

    [Fact]
    public async Task Should_be_waited_for_when_it_was_drawn_within_the_savepoint()
    {
        await using var open = await Writer.Begin(Log);
        await open.Run("savepoint here");
        await open.Append("undone");
        await open.Run("rollback to here");
        await projecting.Append("first");
        await open.Append("open");
        await projecting.Append("second");
        await Log.Looked();
        Assert.DoesNotContain("second", await projecting.Projected());

        await open.Commit();

        await Shows("before", "first", "open", "second");
    }

    [Fact]
    public async Task Should_be_waited_for_when_its_transaction_is_prepared()
    {
        await using var open = await Writer.BeginWith(Log, "open");
        await IsWaitedFor();

        await open.Run("prepare transaction 'open'");
        await Log.Looked();
        Assert.Equal(["before"], await projecting.Projected());
        await open.Run("commit prepared 'open'");

        await Shows("before", "open", "first", "second");
    }

    [Fact]
    public async Task Should_be_none_of_a_transaction_that_has_drawn_none()
    {
        await using var other = await Writer.Begin(Log);
        await other.Run($"insert into mt_streams (id, type, version) values ('{Some.Id()}', 'session', 0)");
        await other.Run("select last_value from mt_events_sequence");
        await other.Run("select count(*) from mt_events");

        await projecting.Append("first");

        await Shows("before", "first");
    }

    [Fact]
    public async Task Should_not_be_taken_for_one_though_there_is_a_writer_at_every_moment()
    {
        await using var dead = await Writer.BeginWith(Log, "dead");
        await projecting.Append("first");
        await using var one = await Writer.BeginWith(Log, "one");
        await using var other = await Writer.BeginWith(Log, "other");
        await dead.RollBack();

        // Two connections end a transaction and begin the next, in turns, until the number of the dead one is passed.
        for (var (number, next) = (1, one); !(await projecting.Projected()).Contains("first"); number++, next = next == one ? other : one)
        {
            Assert.True(number < 50, "The mark does not move while there are writers.");
            await next.Run("rollback; begin; select nextval('mt_events_sequence')");
            await Log.Looked(1);
        }
    }

    [Fact]
    public async Task Should_be_waited_for_by_a_daemon_that_begins_with_what_is_before_and_behind_it()
    {
        await using var late = await CountedLog.Create();
        await late.Log.CountLooks();
        await late.Append("before");
        await using var open = await Writer.BeginWith(late.Log, "open");
        await late.Append("behind");
        await late.AddDaemon(new Counted());
        await Eventually.Get(() => late.Log.One<long>("select coalesce(max(last_seq_id), 0) from bus_projection_progress where name = 'Counted'"), at => at == 1);
        await late.Log.Looked();
        Assert.Equal(["before"], await late.Projected());

        await open.Commit();

        await late.CaughtUp("Counted");
        Assert.Equal(["before", "open", "behind"], await late.Projected());
    }

    private async Task IsWaitedFor()
    {
        await projecting.Append("first");
        await projecting.Append("second");
        await Log.Looked();
        Assert.Equal(["before"], await projecting.Projected());
    }

    private async Task Shows(params string[] reasons)
    {
        await projecting.CaughtUp("Counted");
        Assert.Equal(reasons, await projecting.Projected());
    }
}

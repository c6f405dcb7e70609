using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class Rebuilding : IAsyncLifetime
{
    private static readonly string[] Tables = ["sessions", "transcript", "turn_traces", "usage"];

    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Start();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_give_byte_for_byte_what_the_daemon_made_and_do_so_again()
    {
        for (var number = 0; number < 40; number++)
            await projecting.Events.Session(turns: 1 + (number % 5));
        await projecting.CaughtUp();

        var generations = new List<string> { await Dump(1) };
        foreach (var generation in new[] { 2, 3 })
        {
            foreach (var result in await RebuildAll())
                Assert.Equal((generation, generation - 1, 0), (result.Generation, result.Previous, result.SetAside));
            generations.Add(await Dump(generation));
        }

        Assert.All(generations, dump => Assert.Equal(generations[0], dump));
        Assert.Contains("question 5", generations[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_leave_what_people_read_alone_until_it_is_done()
    {
        var session = await projecting.Events.Session(turns: 2);
        await projecting.CaughtUp();
        await using var writer = await projecting.Log.Database.OpenConnectionAsync();
        await using var open = await writer.BeginTransactionAsync();
        await Run(writer, "lock table bus_rebuild_parts in exclusive mode"); // it cannot come to its end
        var rebuilding = Rebuild("Sessions");

        await Eventually.Get(() => projecting.Log.One<long>("select count(*) from pg_locks where not granted"), waiting => waiting > 0);
        Assert.Equal(4, await projecting.Log.One<int>("select message_count from conversations"));
        await projecting.Events.Append(session, "session", 11, Told.Turn(session, "meanwhile", "yes", 3));
        await projecting.CaughtUp();
        Assert.Equal(6, await projecting.Log.One<int>("select message_count from conversations"));
        Assert.Equal([1], await projecting.Log.Rows<int>("select generation from bus_projections where name = 'Sessions'"));

        await open.RollbackAsync();
        Assert.Equal(2, (await rebuilding).Generation);
        Assert.Equal(6, await projecting.Log.One<int>("select message_count from conversations"));
        await projecting.Events.Append(session, "session", 16, Told.Turn(session, "and then", "that", 4));
        await projecting.CaughtUp();
        Assert.Equal(8, await projecting.Log.One<int>("select message_count from conversations"));
        Assert.Equal(6, await projecting.Log.One<int>("select message_count from sessions_1"));
    }

    [Fact]
    public async Task Should_lose_nothing_that_is_appended_meanwhile()
    {
        var sessions = new List<Guid>();
        for (var number = 0; number < 50; number++)
            sessions.Add(await projecting.Events.Session(turns: 4));

        var rebuilding = Task.Run(() => Rebuild("Sessions", "Transcript", "TurnTraces", "Usage"));
        var turn = 4;
        do
        {
            turn++;
            foreach (var session in sessions)
                await projecting.Events.Append(session, "session", 1 + (5 * (turn - 1)), Told.Turn(session, $"question {turn}", $"answer {turn}", turn));
        }
        while (!rebuilding.IsCompleted);

        await rebuilding;
        await projecting.CaughtUp();
        var live = await Dump(2);
        Assert.Equal([2 * turn], (await projecting.Log.Rows<int>("select message_count from conversations")).Distinct());
        await Rebuild("Sessions", "Transcript", "TurnTraces", "Usage");
        Assert.Equal(await Dump(3), live);
    }

    [Fact]
    public async Task Should_go_back_to_the_generation_before_and_bring_it_up_to_the_log()
    {
        var session = await projecting.Events.Session(turns: 2);
        await projecting.CaughtUp();
        await Rebuild("Sessions");
        await projecting.Log.Run("update sessions_2 set title = 'spoilt'");
        await projecting.Events.Append(session, "session", 11, Told.Turn(session, "question 3", "answer 3", 3));
        await projecting.CaughtUp();
        Assert.Equal("spoilt", await projecting.Log.One<string>("select title from conversations"));

        var (tools, projection) = Tools("Sessions");
        var result = await tools.RollBack(projection, CancellationToken.None);

        Assert.Equal((1, 2), (result.Generation, result.Previous));
        Assert.Equal("question 1 6", await projecting.Log.One<string>("select title || ' ' || message_count from conversations"));
        await projecting.Events.Append(session, "session", 16, Told.Turn(session, "question 4", "answer 4", 4));
        await projecting.CaughtUp();
        Assert.Equal("question 1 8", await projecting.Log.One<string>("select title || ' ' || message_count from conversations"));

        // And the next one is a new one; the spoilt one goes.
        Assert.Equal((3, 1), ((await Rebuild("Sessions")).Generation, await projecting.Log.One<int>("select previous from bus_projections where name = 'Sessions'")));
        Assert.Equal(["sessions_1", "sessions_3"], await projecting.Log.Rows<string>("select relname from pg_class where relname like 'sessions\\__' and relkind = 'r' order by 1"));
    }

    [Fact]
    public async Task Should_go_on_where_it_was_interrupted()
    {
        for (var number = 0; number < 1200; number++)
            await projecting.Events.Session();
        await projecting.CaughtUp();
        // The second of two parts cannot be finished, as if the process was killed then.
        await projecting.Log.Run("alter table bus_rebuild_parts add constraint no check (part <> 2 or not is_done)");
        await Assert.ThrowsAsync<PostgresException>(() => Rebuild("Transcript"));
        Assert.Equal([true, false], await projecting.Log.Rows<bool>("select is_done from bus_rebuild_parts order by part"));
        Assert.Equal(1, await projecting.Log.One<int>("select generation from bus_projections where name = 'Transcript'"));
        await projecting.Log.Run("alter table bus_rebuild_parts drop constraint no");

        var result = await Rebuild("Transcript");

        Assert.True(result.Resumed);
        Assert.Equal(2, result.Generation);
        Assert.Equal(2 * 1200, result.Events);
        Assert.Equal(await projecting.Dump("transcript_1"), await projecting.Dump("transcript_2"));
    }

    [Fact]
    public async Task Should_not_wait_for_a_transaction_that_stays_open()
    {
        await projecting.Events.Session(turns: 2);
        await projecting.Log.Run("select nextval('mt_events_sequence')"); // a gap, which the daemon has passed
        await projecting.Events.Session(turns: 2);
        await projecting.CaughtUp();
        await using var writer = await projecting.Log.Database.OpenConnectionAsync();
        await using var open = await writer.BeginTransactionAsync();
        await Run(writer, "select nextval('mt_events_sequence')");

        Assert.Equal(2, (await Rebuild("Sessions").WaitAsync(Patience.Limit)).Generation);

        Assert.Equal(await projecting.Dump("sessions_1"), await projecting.Dump("sessions_2"));
        Assert.Equal(2, await projecting.Log.One<long>("select count(*) from conversations"));
    }

    [Fact]
    public async Task Should_be_done_by_one_at_a_time()
    {
        await using var other = await projecting.Log.Database.OpenConnectionAsync();
        await Run(other, "select pg_advisory_lock(hashtextextended('bus rebuild Sessions', 0))");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Rebuild("Sessions"));

        Assert.Equal("Sessions is being rebuilt by another process.", refused.Message);
        Assert.Equal(2, (await Rebuild("Usage")).Generation);
    }

    [Fact]
    public async Task Should_not_go_back_where_there_is_nothing_before()
    {
        var (tools, projection) = Tools("Usage");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => tools.RollBack(projection, CancellationToken.None));
        Assert.StartsWith("Usage has no generation to go back to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_set_aside_what_cannot_be_projected_and_go_on()
    {
        var (broken, whole) = (await projecting.Events.Session(turns: 2), await projecting.Events.Session(turns: 2));
        await projecting.CaughtUp();
        await projecting.Log.Run($"update mt_events set data = '[]' where stream_id = '{broken}' and version = 7");

        Assert.Equal(1, (await Rebuild("Sessions")).SetAside);

        Assert.Equal([2, 4], await projecting.Log.Rows<int>($"select message_count from conversations order by session_id = '{whole}'"));
        Assert.Equal(["2 7"], await projecting.Log.Rows<string>("select concat_ws(' ', generation, version) from bus_set_aside"));
    }

    [Fact]
    public async Task Should_leave_out_a_session_that_is_erased()
    {
        var (gone, kept) = (await projecting.Events.Session(turns: 2), await projecting.Events.Session(turns: 2));
        await projecting.CaughtUp();
        await projecting.Log.Run($"delete from mt_streams where id = '{gone}'");
        await projecting.Events.Append(gone, "session", 0, [Told.Erased(gone)]);
        await projecting.CaughtUp();

        var live = await Dump(1);
        Assert.DoesNotContain($"{gone}", live, StringComparison.Ordinal);
        Assert.Contains($"{kept}", live, StringComparison.Ordinal);
        await Rebuild("Sessions", "Transcript", "TurnTraces", "Usage");
        Assert.Equal(live, await Dump(2));
    }

    private async Task<string> Dump(int generation)
    {
        var dumps = new List<string>();
        foreach (var table in Tables)
            dumps.Add(await projecting.Dump($"{table}_{generation}"));
        return string.Join("\n\n", dumps);
    }

    private async Task<IReadOnlyList<RebuildResult>> RebuildAll()
    {
        var results = new List<RebuildResult>();
        foreach (var name in new[] { "Sessions", "Transcript", "TurnTraces", "Usage" })
            results.Add(await Rebuild(name));
        return results;
    }

    /// <summary>Rebuilds some projections; the result of the last.</summary>
    private async Task<RebuildResult> Rebuild(params string[] names)
    {
        RebuildResult? result = null;
        foreach (var name in names)
        {
            var (rebuild, projection) = Tools(name);
            result = await rebuild.Run(projection, new Progress<RebuildProgress>(), CancellationToken.None);
        }

        return result!;
    }

    private (ProjectionRebuild Rebuild, Projection Projection) Tools(string name)
    {
        var services = projecting.Tools().Services;
        return (services.GetRequiredService<ProjectionRebuild>(), services.GetServices<Projection>().Single(p => p.Name == name));
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

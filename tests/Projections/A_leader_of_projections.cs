using Bus.Events;
using Bus.Events.Daemon;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class A_leader_of_projections : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await CountedLog.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_leave_alone_what_another_leads_until_it_may_have_it()
    {
        await using var other = await Writer.Begin(projecting.Log);
        await other.Run("commit; select pg_advisory_lock(hashtextextended('bus projection Ordered', 0))");
        await projecting.Log.CountLooks();
        await projecting.AddDaemon(new Counted(), new Ordered());
        await projecting.Append("first");
        await projecting.CaughtUp("Counted");
        await projecting.Log.Looked();
        Assert.Equal(0, await projecting.Log.One<long>("select count(*) from ordered_1"));
        Assert.NotEqual(other.ProcessId, await projecting.Leader("Counted"));

        await other.Run("select pg_advisory_unlock_all()");

        await projecting.CaughtUp("Ordered");
        Assert.Equal(1, await projecting.Log.One<long>("select count(*) from ordered_1"));
    }

    [Fact]
    public async Task Should_have_a_successor_when_it_stops()
    {
        var first = await projecting.AddDaemon(new Counted(), new Ordered());
        await Leads();
        await projecting.AddDaemon(new Counted(), new Ordered());

        await projecting.Stop(first);
        await projecting.Append("after");

        await projecting.CaughtUp("Counted", "Ordered");
        Assert.Equal(["after"], await projecting.Projected());
    }

    [Fact]
    public async Task Should_have_a_successor_each_time_its_connection_is_cut()
    {
        await projecting.AddDaemon(new Counted(), new Ordered());
        var leader = await Leads();
        await projecting.AddDaemon(new Counted(), new Ordered());

        for (var cut = 1; cut <= 3; cut++)
        {
            await projecting.CutLeaders();
            leader = await Eventually.Get(() => projecting.Leader("Counted"), found => found != 0 && found != leader);
            await projecting.Append($"after {cut}");
            await projecting.CaughtUp("Counted", "Ordered");
        }

        Assert.Equal(["after 1", "after 2", "after 3"], await projecting.Projected());
    }

    [Fact]
    public async Task Should_leave_its_connection_as_it_was()
    {
        await using var pool = NpgsqlDataSource.Create($"{projecting.Log.ConnectionString};No Reset On Close=true;Maximum Pool Size=1");
        var leadership = new Leadership(pool, [new Counted()], new AppendSignal(), TimeProvider.System);
        await leadership.Open(CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        var keeping = leadership.Keep(stopping.Token);
        var leader = await Leads();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);

        await leadership.DisposeAsync();

        Assert.Equal(0, await projecting.Leader("Counted"));
        await using var command = pool.CreateCommand(
            "select concat_ws(' ', pg_backend_pid(), current_setting('idle_session_timeout'), (select count(*) from pg_listening_channels()))");
        Assert.Equal($"{leader} 0 0", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Should_end_with_the_failure_that_ended_it()
    {
        var leadership = new Leadership(projecting.Log.Database, [new Counted()], new AppendSignal(), TimeProvider.System);
        await leadership.Open(CancellationToken.None);
        var keeping = leadership.Keep(CancellationToken.None);
        await Leads();

        await projecting.CutLeaders();

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => keeping);
        await leadership.DisposeAsync();
    }

    /// <summary>Npgsql takes a wait of less than a millisecond for one without end.</summary>
    [Fact]
    public async Task Should_go_on_asking_however_little_is_left_to_wait()
    {
        await using var other = await Writer.Begin(projecting.Log);
        await other.Run("commit; select pg_advisory_lock(hashtextextended('bus projection Counted', 0))");
        var time = new LittleLeft();
        await using var leadership = new Leadership(projecting.Log.Database, [new Counted()], new AppendSignal(), time);
        await leadership.Open(CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        var keeping = leadership.Keep(stopping.Token);

        await time.Often.WaitAsync(Patience.Limit);

        Assert.False(keeping.IsCompleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);
    }

    /// <summary>As after a pause: the page is read, somebody else has gone on, and then it is committed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_do_no_harm_when_it_goes_on_with_a_page_that_another_has_projected(bool goesFurther)
    {
        using var arrived = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        var log = projecting.Log;
        await projecting.Append("first");
        await projecting.Append("second");
        var paused = await Shards(new Counted { OnEvent = _ => { arrived.Release(); Assert.True(gate.Wait(Patience.Limit)); } });
        var other = await Shards(new Counted());

        var late = Task.Run(() => Runner().Advance(new HighWater(0), paused, CancellationToken.None));
        Assert.True(await arrived.WaitAsync(Patience.Limit));
        if (goesFurther)
            await projecting.Append("third");
        await Runner().Advance(new HighWater(0), other, CancellationToken.None);
        gate.Release(2);

        await Assert.ThrowsAsync<ShardOutOfDateException>(() => late);
        Assert.Equal(goesFurther ? ["first", "second", "third"] : ["first", "second"], await projecting.Projected());
        Assert.Equal(goesFurther ? 3 : 2, await log.One<long>("select last_seq_id from bus_projection_progress where name = 'Counted'"));
    }

    /// <summary>As while another page waits for its commit: the projection is changed by a command.</summary>
    [Fact]
    public async Task Should_not_commit_a_page_of_a_projection_that_was_changed_meanwhile()
    {
        await projecting.Append("first");
        var shards = await Shards(new Counted());
        await using var command = await Writer.Begin(projecting.Log);
        await command.Run("update bus_projections set revision = revision + 1");

        var late = Runner().Advance(new HighWater(0), shards, CancellationToken.None);
        await Eventually.Get(() => projecting.Log.One<long>("select count(*) from pg_locks where not granted"), waiting => waiting > 0);
        await command.Commit();

        await Assert.ThrowsAsync<ShardOutOfDateException>(() => late);
        Assert.Empty(await projecting.Projected());
    }

    /// <summary>The other way round: a command waits until the page is committed.</summary>
    [Fact]
    public async Task Should_keep_its_projection_from_being_changed_until_a_page_is_committed()
    {
        await projecting.Append("first");
        var shard = (await Shards(new Counted())).Single();
        await using var page = await Writer.Begin(projecting.Log);
        await page.Run($"select bus_move_progress(array['Counted'], array[1], array[{shard.Revision}]::bigint[], 0, 1)");
        await using var command = await Writer.Begin(projecting.Log);
        await command.Run("set lock_timeout = '1ms'");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.Run("update bus_projections set revision = revision + 1"));

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
    }

    private ProjectionRunner Runner()
    {
        var types = new EventTypes(Contracts.EventNames.All);
        return new ProjectionRunner(projecting.Log.Database, types, new PageProjector(projecting.Log.Database, types, NullLogger<PageProjector>.Instance));
    }

    private Task<IReadOnlyList<Shard>> Shards(Counted projection) => new ShardLoader(projecting.Log.Database).Current([projection], CancellationToken.None);

    private Task<int> Leads() => Eventually.Get(() => projecting.Leader("Counted"), found => found != 0);

    /// <summary>Whoever asks how much time went by is told that half a millisecond is missing, and then that all is over.</summary>
    private sealed class LittleLeft : TimeProvider
    {
        private readonly TaskCompletionSource often = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int asked;

        public Task Often => often.Task;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <summary>In turn: the beginning, half a millisecond before the end of a second, the end.</summary>
        public override long GetTimestamp()
        {
            if (++asked == 9)
                often.TrySetResult();
            return (asked % 3) switch { 1 => 0, 2 => TimeSpan.TicksPerSecond - (TimeSpan.TicksPerMillisecond / 2), _ => TimeSpan.TicksPerSecond };
        }
    }
}

using Bus.Events;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class A_daemon_with_nothing_to_do : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await CountedLog.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_be_woken_by_an_append_in_another_process()
    {
        await IdleDaemonThatNeverLooksByItself();
        using var other = projecting.Tools(new Counted());
        await other.StartAsync();

        for (var number = 1; number <= 5; number++)
        {
            await other.Services.GetRequiredService<EventStore>().Append(Some.Id(), "session", 0, [Some.Event($"{number}")]);
            await projecting.CaughtUp("Counted");
        }
    }

    [Fact]
    public async Task Should_be_woken_by_an_append_in_its_own_process()
    {
        var daemon = await IdleDaemonThatNeverLooksByItself();

        await daemon.Services.GetRequiredService<EventStore>().Append(Some.Id(), "session", 0, [Some.Event()]);

        await projecting.CaughtUp("Counted");
    }

    [Fact]
    public async Task Should_find_by_itself_what_a_foreign_writer_appends_and_tells_nobody()
    {
        await projecting.AddDaemon(new Counted());
        await projecting.CaughtUp("Counted");

        for (var number = 1; number <= 3; number++)
        {
            await projecting.Append($"{number}");
            await projecting.CaughtUp("Counted");
        }

        Assert.Equal(["1", "2", "3"], await projecting.Projected());
    }

    [Fact]
    public async Task Should_begin_at_once_with_what_it_is_given_to_lead()
    {
        await using var other = await Writer.Begin(projecting.Log);
        await other.Run("commit; select pg_advisory_lock(hashtextextended('bus projection Ordered', 0))");
        await IdleDaemonThatNeverLooksByItself();

        await other.Run("select pg_advisory_unlock_all()");

        await projecting.CaughtUp("Ordered");
    }

    [Fact]
    public async Task Should_look_again_by_itself_while_a_number_is_missing()
    {
        await projecting.Log.CountLooks();
        var daemon = await IdleDaemonThatNeverLooksByItself();
        await using var open = await Writer.BeginWith(projecting.Log, "open");
        await daemon.Services.GetRequiredService<EventStore>().Append(Some.Id(), "session", 0, [Some.Event("last")]);
        await projecting.Log.Looked();

        await open.RollBack();

        await projecting.CaughtUp("Counted");
        Assert.Equal(["first", "last"], await projecting.Projected());
    }

    private async Task<IHost> IdleDaemonThatNeverLooksByItself()
    {
        await projecting.Append("first");
        var daemon = await projecting.AddDaemon(new WithoutPatience(), new Counted(), new Ordered());
        await projecting.CaughtUp("Counted");
        return daemon;
    }

    /// <summary>A clock on which half a second never ends: so long does a daemon wait before it looks without being told.</summary>
    private sealed class WithoutPatience : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == TimeSpan.FromMilliseconds(500) ? Timeout.InfiniteTimeSpan : dueTime, period);
    }
}

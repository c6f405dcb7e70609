using System.Diagnostics;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>Two processes of role memory.</summary>
public sealed class A_process_that_leads_projections(ITestOutputHelper output) : IAsyncLifetime
{
    private TestSystem system = null!;
    private HostProcess leader = null!;
    private HostProcess follower = null!;

    public async ValueTask InitializeAsync()
    {
        system = await TestSystem.Create();
        leader = await system.AddProcess("memory");
        await Session();
        await ShowsAll();
        follower = await system.AddProcess("memory");
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_have_a_successor_within_seconds_when_it_is_killed()
    {
        await leader.Kill();
        var since = Stopwatch.GetTimestamp();

        await Session();
        await ShowsAll();

        output.WriteLine($"Taken over after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Should_have_a_successor_when_it_stands_still_and_do_no_harm_when_it_goes_on()
    {
        // It stands still in the middle of much to do.
        for (var number = 0; number < 100; number++)
            await Session();
        await leader.Pause();
        var since = Stopwatch.GetTimestamp();

        await Session();
        await ShowsAll();

        output.WriteLine($"Taken over after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
        await leader.Continue();
        for (var number = 0; number < 20; number++)
            await Session();
        await ShowsAll();
        await follower.Kill();
        await Session();
        await ShowsAll();
        Assert.DoesNotContain("Exception", leader.Output, StringComparison.Ordinal);
    }

    private Task<Guid> Session() => system.Log.Session();

    /// <summary>What the tables should hold follows from how <see cref="Told"/> tells sessions: two messages each.</summary>
    private async Task ShowsAll()
    {
        await Eventually.Get(
            () => system.Scalar<string>("""
                select concat_ws(' ', (select max(seq_id) from mt_events) - min(last_seq_id), count(*)) from bus_projection_progress
                """),
            behind => behind == "0 5");
        var sessions = await system.Scalar<long>("select count(*) from mt_streams");
        Assert.Equal(sessions, await system.Scalar<long>("select count(*) from sessions_1 where message_count = 2"));
        Assert.Equal(2 * sessions, await system.Scalar<long>("select count(*) from transcript_1"));
        Assert.Equal(sessions, await system.Scalar<long>("select count(*) from turn_traces_1 where status = 'replied' and ended_at is not null"));
        Assert.Equal(sessions, await system.Scalar<long>("select count(*) from usage_1"));
    }
}

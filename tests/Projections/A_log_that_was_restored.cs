using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>The progress is ahead of the log: somebody restored the one and not the other.</summary>
public sealed class A_log_that_was_restored : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_stop_the_projections_until_they_are_rebuilt()
    {
        var kept = await projecting.Events.Session(turns: 2);
        var daemon = await projecting.AddDaemon();
        var lost = await projecting.Events.Session(turns: 2);
        await projecting.CaughtUp();
        await projecting.Stop(daemon);
        await projecting.Log.Run($"delete from mt_streams where id = '{lost}'; select setval('mt_events_sequence', 11)");

        await projecting.AddDaemon();
        var stopped = await Eventually.Get(Status, all => all.All(status => status.Stopped is not null));
        Assert.All(stopped, status => Assert.Equal($"It is at event 22, the log at 11: was the log restored? Run: ./bus rebuild {status.Name}", status.Stopped));
        var since = await projecting.Events.Session(turns: 3);
        Assert.Equal(22, await projecting.Log.One<long>("select min(last_seq_id) from bus_projection_progress"));

        var tools = projecting.Tools();
        foreach (var projection in tools.Services.GetServices<Projection>())
            await tools.Services.GetRequiredService<ProjectionRebuild>().Run(projection, new Progress<RebuildProgress>(), CancellationToken.None);
        await projecting.Events.Append(since, "session", 16, Told.Turn(since, "question 4", "answer 4", 4));
        await projecting.CaughtUp();

        Assert.All(await Status(), status => Assert.False(status.IsDegraded));
        Assert.Equal([4, 8], await projecting.Log.Rows<int>($"select message_count from conversations order by session_id = '{since}'"));
        Assert.Equal([kept, since], await projecting.Log.Rows<Guid>($"select session_id from conversations order by session_id = '{since}'"));
    }

    private Task<IReadOnlyList<ProjectionStatus>> Status() => ProjectionStatus.Read(projecting.Log.Database, CancellationToken.None);
}

using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class A_session_of_a_hundred_thousand_events : IAsyncLifetime
{
    private const int Messages = 100_000;

    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_be_projected_and_rebuilt_like_any_other()
    {
        var session = await projecting.Events.Session();
        await projecting.Log.Run($"""
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            select nextval('mt_events_sequence'), gen_random_uuid(), stream_id, 6 + n, data, type, timestamp
            from mt_events, generate_series(1, {Messages}) n where stream_id = '{session}' and version = 2;
            update mt_streams set version = 6 + {Messages}
            """);
        var other = await projecting.Events.Session();
        await projecting.AddDaemon();
        await projecting.CaughtUp();
        Assert.Equal([2, Messages + 2], await Counts(other));

        var tools = projecting.Tools().Services;
        foreach (var projection in tools.GetServices<Projection>())
            await tools.GetRequiredService<ProjectionRebuild>().Run(projection, new Progress<RebuildProgress>(), CancellationToken.None);

        Assert.Equal([2, Messages + 2], await Counts(other));
        Assert.Equal(Messages + 4, await projecting.Log.One<long>("select count(*) from messages"));
        Assert.Equal(await Digest("transcript_1"), await Digest("transcript_2"));
    }

    private Task<IReadOnlyList<int>> Counts(Guid first) => projecting.Log.Rows<int>($"select message_count from conversations order by session_id <> '{first}'");

    private Task<string> Digest(string table) => projecting.Log.One<string>($"select md5(string_agg(t::text, '' order by id)) from {table} as t");
}

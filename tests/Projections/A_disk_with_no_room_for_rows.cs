using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class A_disk_with_no_room_for_rows : IAsyncLifetime
{
    private SmallDisk disk = null!;
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync()
    {
        disk = await SmallDisk.Create(megabytes: 1);
        projecting = await Projecting.Create();
        await disk.Take(projecting.Log.Database, "table transcript_1");
    }

    public async ValueTask DisposeAsync()
    {
        if (projecting is not null)
            await projecting.DisposeAsync();
        if (disk is not null)
            await disk.DisposeAsync();
    }

    [Fact]
    public async Task Should_make_the_projections_wait_and_lose_nothing()
    {
        var session = Some.Id();
        await projecting.Events.Append(session, "session", 0, [Told.Started(session)]);
        for (var turn = 1; turn <= 20; turn++)
            await projecting.Events.Append(session, "session", turn, [Told.Question(Some.Id(), new string('x', 7000), Told.Start.AddMinutes(turn))]);
        await projecting.Log.Run("update mt_events set data = jsonb_set(data, '{Text}', to_jsonb((select string_agg(md5(version || '-' || n), '') from generate_series(1, 4000) n))) where type = 'message_received'");
        await projecting.Log.Run("alter table transcript_1 alter content set storage external");

        await projecting.Log.CountLooks();
        await projecting.AddDaemon();
        await projecting.Log.Looked(times: 3);
        Assert.Equal(0, await projecting.Log.One<long>("select last_seq_id from bus_projection_progress where name = 'Transcript'"));
        Assert.Equal(0, await projecting.Log.One<long>("select count(*) from messages"));
        Assert.Empty(await projecting.Log.Rows<Guid>("select stream_id from bus_set_aside"));

        await disk.Grow(megabytes: 50);
        await projecting.CaughtUp();

        Assert.Equal(20, await projecting.Log.One<long>("select count(*) from messages"));
        Assert.Equal(20, await projecting.Log.One<int>("select message_count from conversations"));
    }
}

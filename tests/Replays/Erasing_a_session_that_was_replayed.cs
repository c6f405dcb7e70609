using System.Net;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Erasing_a_session_that_was_replayed(GatedSystem shared)
{
    [Fact]
    public async Task Should_take_its_replays_along_and_no_others()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("to be erased with replays", "yes"));
        var other = await host.Http.SessionOf(system, provider, ("not to be erased", "no"));
        var replays = new List<Guid>();
        for (var i = 0; i < 2; i++)
        {
            replays.Add(await host.Http.StartReplay(session, new { system = "Say xylograph." }));
            await (await provider.Call("to be erased with replays")).Answer("xylograph");
            await host.Http.FinishedReplay(session, replays[i]);
        }

        var kept = await host.Http.StartReplay(other, new { });
        await (await provider.Call("not to be erased")).Answer("kept");
        await host.Http.FinishedReplay(other, kept);

        await host.Http.Erase(session);

        foreach (var replay in replays)
        {
            await Erased(system, replay);
            using var gone = await host.Http.GetAsync($"/conversations/{session}/replays/{replay}");
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        Assert.Equal(0L, await system.Scalar<long>("select count(*) from mt_events where data::text like '%xylograph%'"));
        Assert.Equal("finished", (await host.Http.Replay(other, kept)).GetProperty("status").GetString());
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Should_leave_no_place_for_what_a_model_still_says(int turn)
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.SessionOf(system, provider, ("a", "A"), ("b", "B"), ("c", "C"));
        var replay = await host.Http.StartReplay(session, new { });
        if (turn == 2)
            await (await provider.Call("a")).Answer("again");
        var speaking = await provider.Call(turn == 1 ? "a" : "b");

        await host.Http.Erase(session);
        await Erased(system, replay);
        var consumed = await system.Scalar<long>("select count(*) from bus_inbox");
        await speaking.Answer("vulpine");

        await Eventually.Get(() => system.Scalar<long>("select count(*) from bus_inbox"), rows => rows > consumed);
        Assert.Equal(["replay_erased"], (await system.Log.Read(replay)).Names());
        Assert.Equal(0L, await system.Scalar<long>("select count(*) from mt_events where data::text like '%vulpine%'"));
        Assert.Equal(1, provider.Count("c"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_also_erase_a_replay_that_began_too_late_to_be_found()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("erased before it began", "yes"));
        await host.Http.Erase(session);
        var replay = Publishing.NewId();
        var started = new ReplayStarted(replay, session, 6, null, "Say obelus.", null, [new RecordedTurn(1, Publishing.NewId(), 2, 4, 5)], default);
        await system.Log.Append(replay, "replay", 0, [started, new ReplayTurnStarted(replay, session, started.Turns[0].TurnId, 1, default)]);

        await (await system.Bus()).Publish(new ReplayTurn(replay, session, 1));

        await Erased(system, replay);
        Assert.Equal(1, provider.Count("erased before it began"));
    }

    private static Task<IReadOnlyList<Bus.Events.StoredEvent>> Erased(TestSystem system, Guid replay) => Eventually.Get(
        () => system.Log.Read(replay), stored => stored is [{ Data: ReplayErased }]);
}

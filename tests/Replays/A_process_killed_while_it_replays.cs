using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class A_process_killed_while_it_replays
{
    [Fact]
    public async Task Should_leave_a_replay_that_the_next_process_finishes()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var first = await system.AddProcess();
        var session = await first.Http.SessionOf(system, provider, ("one", "1"), ("two", "2"), ("three", "3"));
        var replay = await first.Http.StartReplay(session, new { });
        await (await provider.Call("one")).Answer("I");
        var cut = await provider.Call("two");
        await cut.Say("half of ");

        await first.Kill();
        await cut.Gone;
        var second = await system.AddProcess();
        await (await provider.Call("two")).Answer("II");
        await (await provider.Call("three")).Answer("III");

        var report = await second.Http.FinishedReplay(session, replay);
        Assert.Equal(["I", "II", "III"], Enumerable.Range(0, 3).Select(i => report.TextOf(i, "replayed")));
        Assert.Equal([1, 2, 3], (await system.Log.Read(replay)).Outcomes());
        Assert.Equal((2, 3, 2), (provider.Count("one"), provider.Count("two"), provider.Count("three")));
        Assert.Empty(await system.QueuesOfFailure());
    }
}

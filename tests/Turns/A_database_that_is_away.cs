using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_database_that_is_away
{
    /// <summary>Longer than the retries for anything else last: what waits for a server is not set aside.</summary>
    [Fact]
    public async Task Should_be_waited_for_by_what_the_model_said()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var (network, postgres) = Relays.ToPostgres(system);
        await using var _ = network;
        var host = await system.AddProcess(settings: new Dictionary<string, string?> { ["BUS_POSTGRES"] = postgres });
        var answer = host.Http.Handle("away", "Are you there?");
        var call = await provider.Call("Are you there?");

        await network.Close();
        await call.Answer("Always.");
        // The sweeper looks once a second.
        await Eventually.Get(() => Task.FromResult(host.Output.Split("The outbox could not be swept").Length), sweeps => sweeps > 4);
        network.Open();

        Assert.Equal("Always.", await answer);
        Assert.Equal(1, provider.Count("Are you there?"));
        Assert.Empty(await system.QueuesOfFailure());
    }
}

using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Microsoft.Extensions.DependencyInjection;
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

    private async Task<string> Dump(int generation)
    {
        var dumps = new List<string>();
        foreach (var table in Tables)
            dumps.Add(await projecting.Dump($"{table}_{generation}"));
        return string.Join("\n\n", dumps);
    }

    private async Task<IReadOnlyList<RebuildResult>> RebuildAll()
    {
        var tools = projecting.Tools();
        var results = new List<RebuildResult>();
        foreach (var projection in tools.Services.GetServices<Projection>())
            results.Add(await tools.Services.GetRequiredService<ProjectionRebuild>().Run(projection, new Progress<RebuildProgress>(), CancellationToken.None));
        return results;
    }
}

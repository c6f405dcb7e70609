using Bus.Bench.Floor;
using Bus.Bench.Report;
using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>What a turn costs, and what it would cost at least.</summary>
internal static class TurnsBench
{
    private const int WarmUpTurns = 6000;
    private const int WarmUpParallel = 32;
    private static readonly TimeSpan WarmUpRound = TimeSpan.FromSeconds(3);

    public static async Task<int> Run(BenchOptions options)
    {
        await using var database = NpgsqlDataSource.Create(Servers.Postgres);
        await using var floor = options.Floor ? await FloorProcess.Start() : null;
        var (shape, steps) = await Steps(options, database, floor is null ? null : new FloorRounds(floor));
        var streaming = options.Streaming ? await Streaming.Run(database, options.Round, Progress) : [];

        var report = new TurnsReport(shape, steps, streaming);
        await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
        return 0;
    }

    private static async Task<(TurnShape Shape, List<Step> Steps)> Steps(BenchOptions options, NpgsqlDataSource database, FloorRounds? floor)
    {
        await using var host = await HostProcess.Start(TimeSpan.Zero);
        var turns = new TurnRounds(host, database);
        await WarmUp("turns", async () => (await turns.Run(WarmUpParallel, WarmUpRound, new Question.Plain())).All);
        if (floor is not null)
            await WarmUp("floor", async () => (await floor.Run(WarmUpParallel, WarmUpRound)).All);
        var shape = TurnShape.Of(await turns.Run(WarmUpParallel, WarmUpRound, new Question.Plain(), asksBroker: true));
        shape.Compare();

        var steps = new List<Step>();
        foreach (var parallel in options.Parallel)
            steps.Add(await Measure(parallel, options, turns, floor));
        return (shape, steps);
    }

    private static async Task WarmUp(string what, Func<Task<int>> round)
    {
        var done = 0;
        while (done < WarmUpTurns)
            done += await round();
        Progress($"warmed up: {done} {what}");
    }

    /// <summary>Floor and turns alternate, so that a machine that gets slower or faster does it to both.</summary>
    private static async Task<Step> Measure(int parallel, BenchOptions options, TurnRounds turns, FloorRounds? floor)
    {
        var step = new Step(parallel, [], []);
        for (var number = 1; number <= options.Rounds; number++)
        {
            if (floor is not null)
            {
                step = step with { Floor = [.. step.Floor, await floor.Run(parallel, options.Round)] };
                Progress($"{parallel} in parallel, round {number}: floor {step.Floor[^1].PerSecond:f0} chains/s");
            }

            step = step with { Turns = [.. step.Turns, await turns.Run(parallel, options.Round, new Question.Plain())] };
            Progress($"{parallel} in parallel, round {number}: {step.Turns[^1].PerSecond:f0} turns/s");
        }

        return step;
    }

    private static void Progress(string what) => Console.Error.WriteLine(what);
}

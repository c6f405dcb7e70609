using Bus.Bench.Report;

namespace Bus.Bench.Log;

/// <summary>What the log can take, and what bare inserts of the same rows can.</summary>
internal static class LogBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<int> Run(LogOptions options)
    {
        var steps = new List<AppendStep>();
        foreach (var events in options.Appends ? options.Events : [])
        {
            foreach (var connections in options.Connections)
                steps.Add(await Measure(connections, events, options));
        }

        var latencies = options.Latency ? await ProjectedLatency.Run(options.Rounds * options.Round) : [];
        var report = new LogReport(steps, latencies, options.Rebuild ? await Rebuilds.Run() : []);
        await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
        return 0;
    }

    /// <summary>Floor and ours alternate, so that a machine that gets slower or faster does it to both.</summary>
    private static async Task<AppendStep> Measure(int connections, int events, LogOptions options)
    {
        await using var ours = await LogDatabase.Create("bus_bench_log", connections);
        await using var floors = await LogDatabase.Create("bus_bench_log_floor", connections);
        var appends = Enumerable.Range(0, AppendRounds.AppendsPerStream).Select(number => LogEvents.Of(events, number)).ToArray();
        var appender = new StoreAppender(ours.Events, appends);
        var floor = new List<FloorAppender>();
        try
        {
            while (floor.Count < connections)
                floor.Add(await FloorAppender.Open(floors.Database, appends));
            return await Alternate(
                new AppendStep(connections, events, [], []), options,
                new AppendRounds([.. Enumerable.Repeat(appender, connections)], events), new AppendRounds(floor, events));
        }
        finally
        {
            foreach (var connection in floor)
                await connection.DisposeAsync();
        }
    }

    private static async Task<AppendStep> Alternate(AppendStep step, LogOptions options, AppendRounds ours, AppendRounds floor)
    {
        await floor.Run(WarmUp);
        await ours.Run(WarmUp);
        for (var number = 1; number <= options.Rounds; number++)
        {
            step = step with { Floor = [.. step.Floor, await floor.Run(options.Round)] };
            step = step with { Ours = [.. step.Ours, await ours.Run(options.Round)] };
            await Console.Error.WriteLineAsync(
                $"{step.Connections} connections, {step.Events} events per append, round {number}: "
                + $"floor {step.Floor[^1].PerSecond:f0} appends/s, ours {step.Ours[^1].PerSecond:f0}");
        }

        return step;
    }
}

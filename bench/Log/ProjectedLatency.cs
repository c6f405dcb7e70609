using System.Diagnostics;
using Bus.Bench.Turns;

namespace Bus.Bench.Log;

/// <summary>
/// From the return of an append to its row among the messages, as people read them. The daemon runs in a host with the role
/// <c>memory</c>, so the word that something was appended goes through PostgreSQL. Whoever looks for the row asks again as soon
/// as it has its answer, and only while a row is missing; the time of its asking is in the figures.
/// </summary>
internal sealed class ProjectedLatency(LogDatabase log)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a row may take before the measurement fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="length">How long each load lasts; the idle one twice as long, for it gives few figures.</param>
    public static async Task<IReadOnlyList<LatencyStep>> Run(TimeSpan length)
    {
        await using var log = await LogDatabase.Create("bus_bench_log_projected", connections: 2);
        await using var host = await HostProcess.Start(TimeSpan.Zero, "memory", log.ConnectionString);
        var latency = new ProjectedLatency(log);
        await latency.Measure("warm-up", Busy, WarmUp);
        return
        [
            await latency.Measure("100 appends per second", Busy, length),
            await latency.Measure("an append each 200 ms", Idle, 2 * length),
        ];
    }

    private async Task<LatencyStep> Measure(string name, TimeSpan interval, TimeSpan length)
    {
        var (missing, appends, projected) = (new Missing(), new List<double>(), new List<double>());
        missing.Sequence = await Ask("select coalesce(max(seq_id), 0) from mt_events");
        var looking = Look(missing, projected);
        await Append(missing, appends, interval, length);
        missing.End();
        await looking;

        // Nobody else appends, so each number is known beforehand.
        if (await Ask("select max(seq_id) from mt_events") != missing.Sequence)
            throw new BenchException("Events have other sequence numbers than expected.");
        var step = new LatencyStep(name, new Distribution(projected), new Distribution(appends));
        await Console.Error.WriteLineAsync($"{name}: projected after {step.Projected.P50:f1} ms (p50), {step.Projected.P99:f1} ms (p99)");
        return step;
    }

    /// <summary>Sessions of a message and a reply in turn.</summary>
    private async Task Append(Missing missing, List<double> took, TimeSpan interval, TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        var (stream, version) = (Guid.Empty, 0L);
        for (var number = 0; interval * number < length; number++)
        {
            var wait = (interval * number) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, TimeProvider.System);
            if (number % AppendRounds.AppendsPerStream == 0)
                (stream, version) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 0);
            object[] events = [.. version == 0 ? [LogEvents.Started] : Array.Empty<object>(), .. LogEvents.Of(1, number)];

            var before = Stopwatch.GetTimestamp();
            version = await log.Events.Append(stream, "session", version, events);
            missing.Add(events.Length);
            took.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
    }

    private async Task Look(Missing missing, List<double> projected)
    {
        while (await missing.Next() is { } append)
        {
            while (await Ask("select coalesce(max(id), 0) from messages") < append.Sequence)
            {
                if (Stopwatch.GetElapsedTime(append.Returned) > Patience)
                    throw new BenchException($"An event was not projected within {Patience.TotalSeconds} s.");
            }

            projected.Add(Stopwatch.GetElapsedTime(append.Returned).TotalMilliseconds);
        }
    }

    private async Task<long> Ask(string sql)
    {
        await using var command = log.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>The bars of the turns measurement, as far as their steps were measured.</summary>
internal static class TurnBars
{
    public static List<Bar> Of(IReadOnlyList<Step> steps)
    {
        var bars = new List<Bar>();
        if (At(1)?.Ratio(round => round.Latency.P50) is { } latency)
            bars.Add(Bar.AtMost("p50 of a turn at 1 conversation, in floors, at most", latency, 2.5));
        if (At(128)?.Ratio(round => round.PerSecond) is { } throughput)
            bars.Add(Bar.AtLeast("turns per second at 128 conversations, in floors, at least", throughput, 0.35));
        if (At(128) is { } busy)
            bars.Add(Bar.AtMost("idle share of the processors at 128 conversations, at most", Step.Of(busy.Turns, round => round.Machine.Idle + round.Machine.WaitingForDisk), 0.10, Why(busy)));
        return bars;

        Step? At(int parallel) => steps.FirstOrDefault(step => step.Parallel == parallel);
    }

    private static string Why(Step step) =>
        $"Of the time the processors stood idle for lack of work {Step.Of(step.Turns, r => r.Machine.Idle):p0}, "
        + $"waiting for the disk {Step.Of(step.Turns, r => r.Machine.WaitingForDisk):p0}. Sessions of PostgreSQL, on average: "
        + string.Join(", ", Waits(step).Select(wait => $"{wait.Sessions:f1} {wait.State}")) + ".";

    public static IEnumerable<(string State, double Sessions)> Waits(Step step) => step.Turns
        .SelectMany(round => round.Waits)
        .GroupBy(wait => wait.Key, (state, rounds) => (state, rounds.Sum(wait => wait.Value) / step.Turns.Count))
        .OrderByDescending(wait => wait.Item2)
        .Take(5);
}

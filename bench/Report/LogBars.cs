using Bus.Bench.Log;

namespace Bus.Bench.Report;

/// <summary>The bars of the measurement of the log.</summary>
internal static class LogBars
{
    public static IEnumerable<Bar> Of(IReadOnlyList<AppendStep> steps) => steps.Select(step => Bar.AtLeast(
        $"events per second, {step.Connections} connections, {step.Events} events per append, in floors, at least", step.Ratio(round => round.PerSecond), 0.8));

    public static IEnumerable<Bar> Of(IReadOnlyList<LatencyStep> steps) => steps.SelectMany(step => (Bar[])
    [
        Bar.AtMost($"p50 from appended to projected, {step.Name}, in milliseconds, at most", step.Projected.P50, 6),
        Bar.AtMost($"p99 from appended to projected, {step.Name}, in milliseconds, at most", step.Projected.P99, 30),
    ]);

    /// <summary>What one run gives and the next differs by some percent; a rebuild that gets slower with the log's length loses more.</summary>
    public static IEnumerable<Bar> Of(IReadOnlyList<RebuildStep> steps)
    {
        foreach (var step in steps)
            yield return Bar.AtLeast($"rebuilt events per second, of {step.Events}, at least", step.PerSecond, 50_000);
        if (steps is [var shorter, .., var longer])
        {
            yield return Bar.AtLeast("rebuilt events per second of the log ten times longer, by those of the shorter, at least", longer.PerSecond / shorter.PerSecond, 0.9);
            yield return Bar.AtMost("peak memory with the log ten times longer, by that with the shorter, at most", longer.Megabytes / shorter.Megabytes, 1.25);
        }
    }
}

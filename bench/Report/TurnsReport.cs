using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>What the turns measurement found.</summary>
internal sealed class TurnsReport(TurnShape shape, IReadOnlyList<Step> steps, IReadOnlyList<StreamingStep> streaming)
{
    private readonly List<Bar> bars = TurnBars.Of(steps);

    public string ToJson() => ReportJson.Of(
        "turns", [StepJson.Of(shape), .. steps.SelectMany(StepJson.Of), .. streaming.Select(StepJson.Of)], bars);

    public string ToText() => string.Join("\n\n", [shape.ToString(), .. StepTables.Of(steps), .. StreamingTable.Of(streaming), Bar.Verdicts(bars)]);
}

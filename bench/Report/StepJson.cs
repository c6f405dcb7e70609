using System.Text.Json.Nodes;
using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>The steps, for programs.</summary>
internal static class StepJson
{
    public static IEnumerable<JsonObject> Of(Step step)
    {
        yield return new JsonObject
        {
            ["what"] = "turns",
            ["parallel"] = step.Parallel,
            ["turns"] = step.Turns.Sum(round => round.All),
            ["per_second"] = Median(step.Turns, round => round.PerSecond),
            ["turn_ms"] = Latency(step.Turns, round => round.Latency),
            ["accepted_to_asked_ms"] = Latency(step.Turns, round => round.AcceptedToAsked),
            ["asked_to_first_chunk_ms"] = Latency(step.Turns, round => round.FirstChunk),
            ["processor_us"] = Processor(step.Turns),
            ["idle"] = Median(step.Turns, round => round.Machine.Idle + round.Machine.WaitingForDisk),
            ["way_p50_ms"] = Map(StepTables.Way(step)),
            ["waited_share"] = Rounded(StepTables.Waited(step)),
            ["database_per_turn"] = Map(StepTables.Counts(step)),
            ["database_sessions"] = Map(TurnBars.Waits(step)),
        };
        if (step.Floor.Count == 0)
            yield break;
        yield return new JsonObject
        {
            ["what"] = "floor",
            ["parallel"] = step.Parallel,
            ["per_second"] = Median(step.Floor, round => round.PerSecond),
            ["turn_ms"] = Latency(step.Floor, round => round.Latency),
            ["processor_us"] = Processor(step.Floor),
            ["idle"] = Median(step.Floor, round => round.Machine.Idle + round.Machine.WaitingForDisk),
            ["ratio_per_second"] = Rounded(step.Ratio(round => round.PerSecond)!.Value),
            ["ratio_processor"] = Rounded(step.Ratio(round => round.AllMicroseconds)!.Value),
            ["ratio_p50"] = Rounded(step.Ratio(round => round.Latency.P50)!.Value),
        };
    }

    public static JsonObject Of(TurnShape shape) => new()
    {
        ["what"] = "shape",
        ["hops"] = Rounded(shape.Hops),
        ["confirmed"] = Rounded(shape.Confirmed),
        ["transient"] = Rounded(shape.Transient),
        ["commits"] = Rounded(shape.Commits),
    };

    public static JsonObject Of(StreamingStep step) => new()
    {
        ["what"] = "streaming",
        ["parallel"] = step.Parallel,
        ["chunks_per_second"] = Rounded(step.ChunksPerSecond),
        ["chunks_per_turn"] = Rounded(step.ChunksPerTurn),
        ["processor_us_per_chunk"] = Map(step.Long.Processor.Keys.Select(process => (process, step.Microseconds(process)))),
        ["idle"] = Rounded(step.Long.Machine.Idle + step.Long.Machine.WaitingForDisk),
    };

    private static JsonObject Latency<T>(IReadOnlyList<T> rounds, Func<T, Distribution> latency) => new()
    {
        ["p50"] = Median(rounds, round => latency(round).P50),
        ["p99"] = Median(rounds, round => latency(round).P99),
    };

    private static JsonObject Processor(IReadOnlyList<Round> rounds) =>
        Map(rounds[0].Processor.Keys.Select(process => (process, Step.Of(rounds, round => round.Microseconds(process)))));

    private static JsonObject Map(IEnumerable<(string Name, double Value)> figures) =>
        new(figures.Select(figure => KeyValuePair.Create(figure.Name, (JsonNode?)Rounded(figure.Value))));

    private static JsonValue? Median<T>(IReadOnlyList<T> rounds, Func<T, double> figure) => Rounded(Step.Of(rounds, figure));

    private static JsonValue? Rounded(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 3)) : null;
}

using System.Text.Json.Nodes;
using Bus.Bench.Log;

namespace Bus.Bench.Report;

/// <summary>What the measurement of the log found.</summary>
internal sealed class LogReport(IReadOnlyList<AppendStep> steps, IReadOnlyList<LatencyStep> latencies, IReadOnlyList<RebuildStep> rebuilds)
{
    private readonly List<Bar> bars = [.. LogBars.Of(steps), .. LogBars.Of(latencies), .. LogBars.Of(rebuilds)];

    public string ToJson() => ReportJson.Of("log", [.. steps.Select(Json), .. latencies.Select(Json), .. rebuilds.Select(Json)], bars);

    public string ToText() => string.Join("\n\n", [.. Tables(), Bar.Verdicts(bars)]);

    private IEnumerable<string> Tables()
    {
        if (steps.Count > 0)
        {
            yield return Appends();
            yield return Processor();
        }

        if (latencies.Count > 0)
            yield return Latencies();
        if (rebuilds.Count > 0)
            yield return RebuildTable();
    }

    private string Appends() => Table.Of(
        $"Appends to streams at an expected version, events of {LogEvents.Bytes:f0} bytes; milliseconds; beside the floor, bare Npgsql inserts of the same rows",
        ["connections", "events per append", "appends/s", "events/s", "p50", "p99", "floor: appends/s", "events/s", "p50", "p99", "events/s by events/s", "p50 by p50"],
        steps.Select(step => (string[])
        [
            $"{step.Connections}", $"{step.Events}", .. Figures(step.Ours, step.Events), .. Figures(step.Floor, step.Events),
            $"{step.Ratio(round => round.PerSecond):f3}", $"{step.Ratio(round => round.Latency.P50):f2}",
        ]));

    private string Processor() => Table.Of(
        "Processor time per append, microseconds; what the processors did not do",
        ["connections", "events per append", "client", "postgres", "floor: client", "postgres", "all by all", "idle", "disk", "floor idle", "disk"],
        steps.Select(step => (string[])
        [
            $"{step.Connections}", $"{step.Events}", .. Times(step.Ours), .. Times(step.Floor), $"{step.Ratio(round => round.AllMicroseconds):f2}",
            .. Idle(step.Ours), .. Idle(step.Floor),
        ]));

    private string Latencies() => Table.Of(
        "From an append's return to its row in a projection, daemon in another process; milliseconds",
        ["", "appends", "p50", "p99", "append p50", "p99"],
        latencies.Select(step => (string[])
        [
            step.Name, $"{step.Projected.Count}", .. new[] { step.Projected.P50, step.Projected.P99, step.Append.P50, step.Append.P99 }.Select(StepTables.Number),
        ]));

    private string RebuildTable() => Table.Of(
        $"Rebuild of {Rebuilds.Projection}, streams interleaved, a cold process each time",
        ["events", "streams", "events/s", "peak MB"],
        rebuilds.Select(step => (string[])[$"{step.Events}", $"{step.Streams}", StepTables.Number(step.PerSecond), StepTables.Number(step.Megabytes)]));

    private static string[] Figures(IReadOnlyList<Round> rounds, int events) =>
    [
        Number(rounds, r => r.PerSecond), Number(rounds, r => r.PerSecond * events), Number(rounds, r => r.Latency.P50), Number(rounds, r => r.Latency.P99),
    ];

    private static string[] Times(IReadOnlyList<Round> rounds) =>
        [Number(rounds, r => r.Microseconds("client")), Number(rounds, r => r.Microseconds("postgres"))];

    private static string[] Idle(IReadOnlyList<Round> rounds) =>
        [$"{AppendStep.Of(rounds, r => r.Machine.Idle):p0}", $"{AppendStep.Of(rounds, r => r.Machine.WaitingForDisk):p0}"];

    private static string Number(IReadOnlyList<Round> rounds, Func<Round, double> figure) => StepTables.Number(AppendStep.Of(rounds, figure));

    private static JsonObject Json(AppendStep step) => new()
    {
        ["what"] = "appends",
        ["connections"] = step.Connections,
        ["events_per_append"] = step.Events,
        ["event_bytes"] = LogEvents.Bytes,
        ["ours"] = Json(step.Ours, step.Events),
        ["floor"] = Json(step.Floor, step.Events),
        ["ratio_per_second"] = Rounded(step.Ratio(round => round.PerSecond)),
        ["ratio_p50"] = Rounded(step.Ratio(round => round.Latency.P50)),
        ["ratio_processor"] = Rounded(step.Ratio(round => round.AllMicroseconds)),
    };

    private static JsonObject Json(RebuildStep step) => new()
    {
        ["what"] = "rebuild",
        ["events"] = step.Events,
        ["streams"] = step.Streams,
        ["per_second"] = Rounded(step.PerSecond),
        ["peak_mb"] = Rounded(step.Megabytes),
    };

    private static JsonObject Json(LatencyStep step) => new()
    {
        ["what"] = "latency",
        ["load"] = step.Name,
        ["appends"] = step.Projected.Count,
        ["projected_ms"] = new JsonObject { ["p50"] = Rounded(step.Projected.P50), ["p99"] = Rounded(step.Projected.P99) },
        ["append_ms"] = new JsonObject { ["p50"] = Rounded(step.Append.P50), ["p99"] = Rounded(step.Append.P99) },
    };

    private static JsonObject Json(IReadOnlyList<Round> rounds, int events) => new()
    {
        ["appends"] = rounds.Sum(round => round.All),
        ["appends_per_second"] = Rounded(AppendStep.Of(rounds, r => r.PerSecond)),
        ["events_per_second"] = Rounded(AppendStep.Of(rounds, r => r.PerSecond * events)),
        ["append_ms"] = new JsonObject { ["p50"] = Rounded(AppendStep.Of(rounds, r => r.Latency.P50)), ["p99"] = Rounded(AppendStep.Of(rounds, r => r.Latency.P99)) },
        ["processor_us"] = new JsonObject(rounds[0].Processor.Keys.Select(process =>
            KeyValuePair.Create(process, (JsonNode?)Rounded(AppendStep.Of(rounds, r => r.Microseconds(process)))))),
        ["idle"] = Rounded(AppendStep.Of(rounds, r => r.Machine.Idle + r.Machine.WaitingForDisk)),
    };

    private static JsonValue? Rounded(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 3)) : null;
}

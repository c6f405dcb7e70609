using System.Text.Json.Nodes;
using Bus.Bench.Telegram;

namespace Bus.Bench.Report;

/// <summary>What the measurement of Telegram found.</summary>
internal sealed class TelegramReport(IReadOnlyList<TelegramStep> steps)
{
    private readonly List<Bar> bars =
        [.. steps.Select(step => Bar.AtMost($"p50 to what is seen first, {step.Place.Name}, more than over HTTP, in milliseconds, at most", step.Later, 15))];

    public string ToJson() => ReportJson.Of("telegram", steps.Select(Json), bars);

    public string ToText() => string.Join("\n\n", [.. Tables(), Bar.Verdicts(bars)]);

    private IEnumerable<string> Tables()
    {
        yield return Table.Of(
            "From the message to what is seen first of the answer, and to the whole; milliseconds",
            ["", "turns", "first p50", "p95", "p99", "whole p50", "p95", "p99", "first later than over HTTP, p50"],
            steps.SelectMany(step => (string[][])
            [
                ["HTTP", .. Row(step.Http), "-"],
                [step.Place.Name, .. Row(step.Telegram), StepTables.Number(step.Later)],
                ["  floor: poll and call", .. Row(step.Floor)[..4], "-", "-", "-", "-"],
            ]));
        yield return Table.Of(
            "Calls to Telegram per turn, beside getUpdates; what nobody on the machine used of the processors",
            ["", "calls", "idle", "disk", "stolen"],
            steps.Select(step => (string[])
            [
                step.Place.Name, string.Join(", ", step.Calls.Select(call => $"{call.PerTurn:f2} {call.Method}")),
                $"{step.Machine.Idle:p0}", $"{step.Machine.WaitingForDisk:p0}", $"{step.Machine.Stolen:p0}",
            ]));
        if (steps.Any(step => step.HttpProcessor.Count > 0))
        {
            yield return Table.Of(
                "Processor time per turn, one after the other, microseconds",
                ["", .. steps[0].HttpProcessor.Keys, "all"],
                steps.SelectMany(step => (string[][])[["HTTP", .. Row(step.HttpProcessor)], [step.Place.Name, .. Row(step.TelegramProcessor)]]));
        }
    }

    private static string[] Row(Timings timings) =>
    [
        $"{timings.Turns.Count}",
        .. new[] { timings.First.P50, timings.First.P95, timings.First.P99, timings.Final.P50, timings.Final.P95, timings.Final.P99 }.Select(StepTables.Number),
    ];

    private static IEnumerable<string> Row(IReadOnlyDictionary<string, double> processor) =>
        processor.Values.Append(processor.Values.Sum()).Select(StepTables.Number);

    private static JsonObject Json(TelegramStep step) => new()
    {
        ["what"] = "first_seen",
        ["place"] = step.Place.Name,
        ["turns"] = step.Telegram.Turns.Count,
        ["http"] = Json(step.Http, step.HttpProcessor),
        ["telegram"] = Json(step.Telegram, step.TelegramProcessor),
        ["floor_ms"] = Json(step.Floor.First),
        ["later_p50_ms"] = Rounded(step.Later),
        ["calls_per_turn"] = new JsonObject(step.Calls.Select(call => KeyValuePair.Create(call.Method, (JsonNode?)Rounded(call.PerTurn)))),
        ["idle"] = Rounded(step.Machine.Idle + step.Machine.WaitingForDisk),
    };

    private static JsonObject Json(Timings timings, IReadOnlyDictionary<string, double> processor) => new()
    {
        ["first_ms"] = Json(timings.First),
        ["whole_ms"] = Json(timings.Final),
        ["processor_us"] = new JsonObject(processor.Select(process => KeyValuePair.Create(process.Key, (JsonNode?)Rounded(process.Value)))),
    };

    private static JsonObject Json(Distribution values) =>
        new() { ["p50"] = Rounded(values.P50), ["p95"] = Rounded(values.P95), ["p99"] = Rounded(values.P99) };

    private static JsonValue? Rounded(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 3)) : null;
}

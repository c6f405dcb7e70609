using System.Text.Json.Nodes;
using Bus.Bench.Gateway;

namespace Bus.Bench.Report;

/// <summary>What the measurement of the gateway found, for programs.</summary>
internal static class GatewayJson
{
    public static IEnumerable<JsonObject> Of(GatewayStep step) => step.Rounds.Keys.Select(target => Of(step, target));

    public static JsonObject Of(LedgerCheck check) => new()
    {
        ["what"] = "ledger",
        ["upstream"] = Of(check.Upstream),
        ["ledger"] = Of(check.Ledger),
        ["llm_usage"] = Of(check.Table),
    };

    public static JsonObject Of(MemoryStep step) => new()
    {
        ["what"] = "memory",
        ["target"] = step.Target,
        ["streams"] = step.Streams,
        ["before_mb"] = Rounded(step.Before),
        ["start_mb"] = Rounded(step.Samples[0].Megabytes),
        ["minutes_mb"] = new JsonArray([.. step.Minutes.Skip(1).Select(sample => (JsonNode?)Rounded(sample.Megabytes))]),
        ["end_mb"] = Rounded(step.Samples[^1].Megabytes),
        ["most_mb"] = Rounded(step.Most),
        ["slope_mb_per_minute"] = Rounded(step.Slope),
        ["open_at_end"] = step.OpenAtEnd,
        ["lost"] = step.Lost,
        ["let_go_s"] = step.LetGo is { } time ? Rounded(time.TotalSeconds) : null,
    };

    private static JsonObject Of(GatewayStep step, string target)
    {
        var found = new JsonObject
        {
            ["what"] = "completions",
            ["shape"] = step.Shape,
            ["connections"] = step.Connections,
            ["target"] = target,
            ["requests"] = step.Rounds[target].Sum(round => round.All),
            ["errors"] = step.Errors(target),
            ["per_second"] = Rounded(step.Of(target, round => round.PerSecond)),
            ["latency_ms"] = new JsonObject { ["p50"] = Rounded(step.Of(target, round => round.Latency.P50)), ["p99"] = Rounded(step.Of(target, round => round.Latency.P99)) },
            ["first_chunk_ms"] = new JsonObject { ["p50"] = Rounded(step.Of(target, round => round.FirstChunk.P50)), ["p99"] = Rounded(step.Of(target, round => round.FirstChunk.P99)) },
            ["processor_us"] = new JsonObject(step.Rounds[target][0].Processor.Keys.Select(process =>
                KeyValuePair.Create(process, (JsonNode?)Rounded(step.Of(target, round => round.Microseconds(process)))))),
            ["idle"] = Rounded(step.Of(target, round => round.Machine.Idle + round.Machine.WaitingForDisk)),
            ["memory_mb"] = Rounded(step.Of(target, round => round.Megabytes)),
        };
        if (target != Target.Direct && step.Has(Target.Direct))
            found["added_p50_ms"] = Rounded(step.More(target, Target.Direct, round => round.Latency.P50));
        if (target == Target.Gateway && step.Has(Target.Proxy))
        {
            found["ratio_per_second"] = Rounded(step.Ratio(target, Target.Proxy, round => round.PerSecond));
            found["ratio_first_chunk_p50"] = Rounded(step.Ratio(target, Target.Proxy, round => round.FirstChunk.P50));
            found["ratio_first_chunk_p99"] = Rounded(step.Ratio(target, Target.Proxy, round => round.FirstChunk.P99));
        }

        return found;
    }

    private static JsonObject Of(LedgerSums sums) => new() { ["requests"] = sums.Requests, ["input_tokens"] = sums.Input, ["output_tokens"] = sums.Output, ["cost"] = sums.Cost };

    private static JsonValue? Rounded(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 3)) : null;
}

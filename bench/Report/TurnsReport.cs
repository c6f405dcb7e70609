using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>What the turns measurement found.</summary>
internal sealed class TurnsReport(TurnShape shape, IReadOnlyList<Step> steps, IReadOnlyList<StreamingStep> streaming)
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<Bar> bars = TurnBars.Of(steps);

    public string ToJson() => new JsonObject
    {
        ["bench"] = "turns",
        ["results"] = new JsonArray([StepJson.Of(shape), .. steps.SelectMany(StepJson.Of), .. streaming.Select(StepJson.Of)]),
        ["bars"] = JsonSerializer.SerializeToNode(bars.Select(bar => new { name = bar.Name, value = Math.Round(bar.Value, 3), limit = bar.Limit, holds = bar.Holds, reason = bar.Reason })),
    }.ToJsonString(Plain);

    public string ToText() => string.Join("\n\n", [shape.ToString(), .. StepTables.Of(steps), .. StreamingTable.Of(streaming), Verdicts()]);

    private string Verdicts() => string.Join('\n', bars.Select(bar =>
        $"{(bar.Holds ? "holds        " : "DOES NOT HOLD")}  {bar.Name}: {bar.Value:0.###} (limit {bar.Limit}){(bar.Reason is null ? "" : $"\n               {bar.Reason}")}"));
}

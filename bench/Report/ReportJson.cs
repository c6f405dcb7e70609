using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bus.Bench.Report;

/// <summary>What a measurement found, for programs: one object of the same shape for all of them.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Of(string bench, IEnumerable<JsonObject> results, IEnumerable<Bar> bars) => new JsonObject
    {
        ["bench"] = bench,
        ["results"] = new JsonArray([.. results]),
        ["bars"] = JsonSerializer.SerializeToNode(bars.Select(bar => new { name = bar.Name, value = Math.Round(bar.Value, 3), limit = bar.Limit, holds = bar.Holds, reason = bar.Reason })),
    }.ToJsonString(Plain);
}

using System.Text.Json.Nodes;
using Bus.Bench.Gateway;

namespace Bus.Bench.Report;

/// <summary>What the measurement of the gateway found.</summary>
internal sealed class GatewayReport(IReadOnlyList<GatewayStep> steps, LedgerCheck? ledger, MemoryStep? memory)
{
    private readonly List<Bar> bars = GatewayBars.Of(steps, ledger, memory);

    public string ToJson() => ReportJson.Of(
        "gateway",
        [.. steps.SelectMany(GatewayJson.Of), .. ledger is null ? (JsonObject[])[] : [GatewayJson.Of(ledger)], .. memory is null ? (JsonObject[])[] : [GatewayJson.Of(memory)]],
        bars);

    public string ToText() => string.Join("\n\n", [.. GatewayTables.Of(steps, ledger, memory), Bar.Verdicts(bars)]);
}

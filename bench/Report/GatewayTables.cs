using Bus.Bench.Gateway;

namespace Bus.Bench.Report;

/// <summary>What the measurement of the gateway found, for people.</summary>
internal static class GatewayTables
{
    private static readonly string[] Processes = ["client", "upstream", CompletionRounds.TargetProcess, "postgres", "rabbitmq"];

    public static IEnumerable<string> Of(IReadOnlyList<GatewayStep> steps, LedgerCheck? ledger, MemoryStep? memory)
    {
        if (steps.Count > 0)
        {
            yield return Latencies(steps);
            yield return Processor(steps);
        }

        if (ledger is not null)
            yield return Counted(ledger);
        if (memory is not null)
            yield return Memory(memory);
    }

    private static string Latencies(IReadOnlyList<GatewayStep> steps) => Table.Of(
        "Completions of an upstream that takes no time; milliseconds; first: the first chunk with content",
        ["", "connections", "requests/s", "p50", "p99", "first p50", "p99", "p50 more than direct", "by proxy: requests/s", "first p50", "p99", "errors"],
        Rows(steps, (step, target) =>
        [
            Number(step, target, round => round.PerSecond), Number(step, target, round => round.Latency.P50), Number(step, target, round => round.Latency.P99),
            Number(step, target, round => round.FirstChunk.P50), Number(step, target, round => round.FirstChunk.P99),
            target != Target.Direct && step.Has(Target.Direct) ? $"{step.More(target, Target.Direct, round => round.Latency.P50):f3}" : "-",
            .. new Func<CompletionRound, double>[] { round => round.PerSecond, round => round.FirstChunk.P50, round => round.FirstChunk.P99 }
                .Select(figure => target == Target.Gateway && step.Has(Target.Proxy) ? StepTables.Number(step.Ratio(target, Target.Proxy, figure)) : "-"),
            $"{step.Errors(target)}",
        ]));

    private static string Processor(IReadOnlyList<GatewayStep> steps) => Table.Of(
        "Processor time per completion, microseconds; what the processors did not do; what the target had in memory afterwards",
        ["", "connections", .. Processes, "all", "idle", "disk", "stolen", "MB"],
        Rows(steps, (step, target) =>
        [
            .. Processes.Select(process => Number(step, target, round => round.Processor.ContainsKey(process) ? round.Microseconds(process) : double.NaN)),
            Number(step, target, round => round.AllMicroseconds),
            $"{step.Of(target, round => round.Machine.Idle):p0}", $"{step.Of(target, round => round.Machine.WaitingForDisk):p0}", $"{step.Of(target, round => round.Machine.Stolen):p0}",
            Number(step, target, round => round.Megabytes),
        ]));

    private static string Counted(LedgerCheck check) => Table.Of(
        "What was counted of the completions through the gateway, the warm-up's among them",
        ["", "requests", "input tokens", "output tokens", "cost"],
        new[] { ("upstream", check.Upstream), ("ledger", check.Ledger), ("llm_usage", check.Table) }
            .Select(row => (string[])[row.Item1, $"{row.Item2.Requests}", $"{row.Item2.Input}", $"{row.Item2.Output}", $"{row.Item2.Cost:0.######}"]));

    private static string Memory(MemoryStep step) => Table.Of(
        $"Megabytes of {step.Target} with {step.Streams} open streams, a chunk a second in each",
        ["before the first", "most", "a minute more", "open at the end", "let go after, s"],
        [[$"{step.Before:f1}", $"{step.Most:f1}", $"{step.Slope:f2}", $"{step.OpenAtEnd}", step.LetGo is { } time ? $"{time.TotalSeconds:f1}" : "never"]])
        + "\n\n" + Table.Of("Minute by minute", ["minute", "MB"], step.Minutes.Select(sample => (string[])[$"{sample.At.TotalMinutes:f0}", $"{sample.Megabytes:f1}"]));

    private static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<GatewayStep> steps, Func<GatewayStep, string, IEnumerable<string>> cells) =>
        steps.SelectMany(step => step.Rounds.Keys.Select(target => (string[])[$"{step.Shape}, {target}", $"{step.Connections}", .. cells(step, target)]));

    private static string Number(GatewayStep step, string target, Func<CompletionRound, double> figure) => StepTables.Number(step.Of(target, figure));
}

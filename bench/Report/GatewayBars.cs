using Bus.Bench.Gateway;

namespace Bus.Bench.Report;

/// <summary>The bars of the measurement of the gateway, as far as their cases were measured.</summary>
internal static class GatewayBars
{
    private static readonly int[] Crowds = [32, 128];
    private static readonly int[] Waiting = [1, 32];

    public static List<Bar> Of(IReadOnlyList<GatewayStep> steps, LedgerCheck? ledger, MemoryStep? memory) =>
        [.. steps.Where(step => step.Has(Target.Gateway)).SelectMany(Of), .. ledger is null ? [] : Of(ledger), .. memory is null ? [] : Of(memory)];

    private static IEnumerable<Bar> Of(GatewayStep step)
    {
        if (step.Connections == 1 && step.Has(Target.Direct))
            yield return Bar.AtMost($"p50 more than direct, 1 connection, {step.Shape}, in milliseconds, at most", step.More(Target.Gateway, Target.Direct, round => round.Latency.P50), 0.5);
        if (Crowds.Contains(step.Connections) && step.Has(Target.Proxy))
            yield return Bar.AtLeast($"requests per second, {step.Connections} connections, {step.Shape}, in bare proxies, at least", step.Ratio(Target.Gateway, Target.Proxy, round => round.PerSecond), 0.3);
        if (step.IsStreamed && Waiting.Contains(step.Connections) && step.Has(Target.Proxy))
        {
            yield return Bar.AtMost($"p50 to the first chunk, {step.Connections} connections, in bare proxies, at most", step.Ratio(Target.Gateway, Target.Proxy, round => round.FirstChunk.P50), 2);
            yield return Bar.AtMost($"p99 to the first chunk, {step.Connections} connections, in bare proxies, at most", step.Ratio(Target.Gateway, Target.Proxy, round => round.FirstChunk.P99), 2);
        }

        yield return Bar.AtMost($"errors, {step.Connections} connections, {step.Shape}, at most", step.Errors(Target.Gateway), 0);
    }

    private static IEnumerable<Bar> Of(LedgerCheck check)
    {
        yield return Bar.AtMost("tokens by which the ledger differs from the upstream, at most", Difference(check.Ledger, check.Upstream), 0, Why(check));
        yield return Bar.AtMost("tokens by which llm_usage differs from the upstream, at most", Difference(check.Table, check.Upstream), 0, Why(check));
        yield return Bar.AtMost("money by which the ledger differs from the upstream's tokens at their price, at most", (double)Math.Abs(check.Ledger.Cost - check.Upstream.Cost), 0, Why(check));
    }

    private static IEnumerable<Bar> Of(MemoryStep step)
    {
        yield return Bar.AtMost($"megabytes at {step.Streams} open streams, {step.Target}, at most", step.Most, 300);
        yield return Bar.AtMost($"megabytes more at the end than after the first minute, {step.Streams} open streams, at most", step.Growth, 15);
        yield return Bar.AtMost("open streams lost, at most", Math.Max(step.Lost, step.Streams - step.OpenAtEnd), 0, step.Why);
        yield return Bar.AtMost("seconds until the upstream knows that nobody reads any more, at most", step.LetGo?.TotalSeconds ?? double.PositiveInfinity, 5);
    }

    /// <summary>Of prompts and answers each, so that one too many does not make up for one too few.</summary>
    private static double Difference(LedgerSums ours, LedgerSums theirs) => Math.Abs(ours.Input - theirs.Input) + Math.Abs(ours.Output - theirs.Output);

    private static string Why(LedgerCheck check) => $"The upstream: {check.Upstream}; the ledger: {check.Ledger}; llm_usage: {check.Table}.";
}

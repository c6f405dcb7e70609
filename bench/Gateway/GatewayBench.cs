using Bus.Bench.Report;

namespace Bus.Bench.Gateway;

/// <summary>What the gateway adds to calls of a model that takes no time, beside a bare proxy and beside none.</summary>
internal static class GatewayBench
{
    public static async Task<int> Run(GatewayOptions options)
    {
        var (steps, ledger) = options.MeasuresLoad ? await Load(options) : ([], null);
        var memory = options.MeasuresMemory ? await Memory(options) : null;
        var report = new GatewayReport(steps, ledger, memory);
        await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
        return 0;
    }

    private static async Task<(IReadOnlyList<GatewayStep> Steps, LedgerCheck? Ledger)> Load(GatewayOptions options)
    {
        await using var upstream = await ServerProcess.Start("upstream");
        await using var servers = await TargetServers.Start(options.Targets, upstream, options.IsLimited);
        var steps = await LoadSteps.Run([.. servers.Targets.Select(target => new CompletionRounds(target, upstream))], options);
        return (steps, servers.Targets.Any(target => target.Name == Target.Gateway) ? await LedgerCheck.Of(upstream) : null);
    }

    /// <summary>In processes that have done nothing yet, so that it is the same alone and after the load.</summary>
    private static async Task<MemoryStep> Memory(GatewayOptions options)
    {
        await using var upstream = await ServerProcess.Start("upstream");
        await using var servers = await TargetServers.Start(options.Targets.TakeLast(1), upstream);
        using var streams = new OpenStreams(servers.Targets.Single(), upstream);
        return await streams.Run(options.Streams, options.MemoryMinutes);
    }
}

namespace Bus.Bench.Gateway;

/// <summary>Completions, one after the other over each connection, of all targets in turn.</summary>
internal static class LoadSteps
{
    private const int WarmUpRequests = 10_000;
    private const int WarmUpConnections = 32;
    private static readonly TimeSpan WarmUpRound = TimeSpan.FromSeconds(3);
    private static readonly CompletionRequest[] Requests = [CompletionRequest.Whole, CompletionRequest.Streamed];

    public static async Task<List<GatewayStep>> Run(IReadOnlyList<CompletionRounds> targets, GatewayOptions options)
    {
        foreach (var target in targets)
        {
            foreach (var request in Requests)
                await WarmUp(target, request);
        }

        var steps = new List<GatewayStep>();
        foreach (var request in Requests)
        {
            foreach (var connections in options.Connections)
                steps.Add(await Measure(targets, connections, request, options));
        }

        return steps;
    }

    private static async Task WarmUp(CompletionRounds rounds, CompletionRequest request)
    {
        var done = 0;
        while (done < WarmUpRequests)
            done += (await rounds.Run(WarmUpConnections, request, WarmUpRound)).All;
        await Console.Error.WriteLineAsync($"warmed up: {done} {request.Name} completions, {rounds.Target.Name}");
    }

    /// <summary>The targets alternate, so that a machine that gets slower or faster does it to all of them.</summary>
    private static async Task<GatewayStep> Measure(IReadOnlyList<CompletionRounds> targets, int connections, CompletionRequest request, GatewayOptions options)
    {
        var step = new GatewayStep(connections, request.IsStreamed, targets.ToDictionary(rounds => rounds.Target.Name, _ => new List<CompletionRound>()));
        for (var number = 1; number <= options.Rounds; number++)
        {
            foreach (var rounds in targets)
                step.Rounds[rounds.Target.Name].Add(await rounds.Run(connections, request, options.Round));
            await Console.Error.WriteLineAsync(
                $"{request.Name}, {connections} connections, round {number}: "
                + string.Join(", ", step.Rounds.Select(target => $"{target.Key} {target.Value[^1].PerSecond:f0}/s p50 {target.Value[^1].Latency.P50:f2} ms")));
        }

        return step;
    }
}

using Bus.Bench.Machine;

namespace Bus.Bench.Gateway;

/// <summary>Rounds of completions of one target.</summary>
internal sealed class CompletionRounds(Target target, ServerProcess upstream)
{
    /// <summary>Beyond the end of a round, for the last answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const double Megabyte = 1024 * 1024;

    private readonly Meter meter = new(new Dictionary<string, int?>
    {
        ["client"] = Environment.ProcessId,
        ["upstream"] = upstream.Pid,
        [TargetProcess] = target.Pid,
        ["postgres"] = target.Name == Target.Gateway ? Servers.PostgresPid : null,
        ["rabbitmq"] = target.Name == Target.Gateway ? Servers.RabbitMqPid : null,
    });

    /// <summary>What the processor time of the target's process is called; the upstream asked directly has none but its own.</summary>
    public const string TargetProcess = "target";

    public Target Target => target;

    public async Task<CompletionRound> Run(int connections, CompletionRequest request, TimeSpan length)
    {
        using var limit = new CancellationTokenSource(length + Patience, TimeProvider.System);
        var wire = request.For(target);
        var callers = Enumerable.Range(0, connections).Select(_ => new CompletionCaller(target, request.IsStreamed, wire)).ToList();
        try
        {
            foreach (var caller in callers)
                await caller.Connect(limit.Token);
            var measured = await Load.Measure(meter, length, async start =>
            {
                await Task.WhenAll(callers.Select(caller => Task.Run(() => caller.Run(start, length, limit.Token))));
                return callers.Sum(caller => caller.Completions.Count);
            });
            Complain(callers);

            var completions = callers.SelectMany(caller => caller.Completions).ToList();
            return new CompletionRound(
                callers.Sum(caller => caller.InTime), measured.Result, length.TotalSeconds, measured.Took.TotalSeconds,
                new Distribution(completions.Select(completion => completion.Milliseconds)), measured.Processor, measured.Machine,
                new Distribution(completions.Select(completion => completion.FirstChunk).Where(double.IsFinite)),
                callers.Sum(caller => caller.Errors), ProcessMemory.ResidentBytes(target.Pid ?? upstream.Pid) / Megabyte);
        }
        catch (OperationCanceledException)
        {
            throw new BenchException($"{target.Name} did not answer within {Patience.TotalSeconds} s.");
        }
        finally
        {
            callers.ForEach(caller => caller.Dispose());
        }
    }

    private void Complain(List<CompletionCaller> callers)
    {
        if (callers.Sum(caller => caller.Errors) is var errors && errors == 0)
            return;
        var first = callers.Select(caller => caller.Error).OfType<string>().First();
        Console.Error.WriteLine($"{target.Name}: {errors} completions went wrong, such as: {first}");
        if (callers.All(caller => caller.Completions.Count == 0))
            throw new BenchException($"{target.Name} completed nothing: {first}");
    }
}

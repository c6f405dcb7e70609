using System.Collections.Concurrent;

namespace Bus.Faults.Plan;

/// <summary>Makes the faults of a plan happen, and all of them good in the end.</summary>
internal sealed class FaultRunner(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> targets = new();
    private readonly ConcurrentDictionary<string, int> done = new();

    /// <summary>How often each fault happened.</summary>
    public IReadOnlyDictionary<string, int> Done => done;

    /// <summary>Returns when the last fault is made good.</summary>
    public async Task Run(IEnumerable<Fault> plan)
    {
        var running = new List<Task>();
        foreach (var fault in plan)
        {
            await Task.Delay(fault.After, time);
            running.Add(Happen(fault));
        }

        await Task.WhenAll(running);
    }

    private async Task Happen(Fault fault)
    {
        var target = targets.GetOrAdd(fault.Target, _ => new SemaphoreSlim(1));
        await target.WaitAsync();
        try
        {
            done.AddOrUpdate(fault.Name, 1, (_, before) => before + 1);
            Console.Error.WriteLine($"{time.GetUtcNow():HH:mm:ss.fff} {fault.Name} ({fault.Target}), {fault.Lasts.TotalSeconds:0.0} s");
            await fault.Begin();
            await Task.Delay(fault.Lasts, time);
            await fault.End();
        }
        finally
        {
            target.Release();
        }
    }
}

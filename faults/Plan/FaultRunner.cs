using System.Collections.Concurrent;

namespace Bus.Faults.Plan;

/// <summary>Makes the faults of a plan happen, and all of them good in the end.</summary>
internal sealed class FaultRunner(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> targets = new();
    private readonly ConcurrentQueue<Happened> done = new();

    /// <summary>What happened, as soon as it is made good.</summary>
    public IReadOnlyCollection<Happened> Done => done;

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
            var from = time.GetUtcNow();
            Console.Error.WriteLine($"{from:HH:mm:ss.fff} {fault.Name} ({fault.Target}), {fault.Lasts.TotalSeconds:0.0} s");
            await fault.Begin();
            await Task.Delay(fault.Lasts, time);
            await fault.End();
            done.Enqueue(new Happened(fault.Name, fault.Target, from, time.GetUtcNow()));
        }
        finally
        {
            target.Release();
        }
    }
}

using System.Diagnostics;

namespace Bus.Bench.Machine;

/// <summary>Measures processes and machine while something runs.</summary>
internal static class Load
{
    /// <summary>What comes after the last answer: the turn's last commits, the outbox tidied up.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(500);

    public static async Task<Measured<T>> Measure<T>(Meter meter, TimeSpan length, Func<long, Task<T>> run)
    {
        var before = meter.Read();
        var machineBefore = MachineStat.Now();
        var start = Stopwatch.GetTimestamp();
        var running = run(start);
        await Task.Delay(length, TimeProvider.System);
        var machine = MachineStat.Now().Since(machineBefore);
        var result = await running;
        var took = Stopwatch.GetElapsedTime(start);
        await Task.Delay(Tail, TimeProvider.System);
        return new Measured<T>(result, took, meter.Since(before), machine);
    }
}

internal sealed record Measured<T>(T Result, TimeSpan Took, IReadOnlyDictionary<string, double> Processor, MachineShare Machine);

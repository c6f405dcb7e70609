using Bus.Bench.Machine;

namespace Bus.Bench;

/// <summary>What a while of constant load gave.</summary>
/// <param name="InTime">Operations that ended within the time.</param>
/// <param name="All">All operations, those that ended afterwards included.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="SecondsOfAll">How long it took until all operations had ended.</param>
/// <param name="Latency">Milliseconds of each operation.</param>
/// <param name="Processor">Processor seconds of each process, for all operations.</param>
/// <param name="Machine">What the processors did not do.</param>
internal record Round(
    int InTime, int All, double Seconds, double SecondsOfAll, Distribution Latency, IReadOnlyDictionary<string, double> Processor, MachineShare Machine)
{
    public double PerSecond => InTime / Seconds;

    /// <summary>Processor microseconds of all processes per operation.</summary>
    public double AllMicroseconds => Processor.Values.Sum() * 1e6 / All;

    /// <summary>Processor microseconds of one process per operation.</summary>
    public double Microseconds(string process) => Processor[process] * 1e6 / All;
}

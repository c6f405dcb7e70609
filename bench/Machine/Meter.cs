namespace Bus.Bench.Machine;

/// <summary>Reads the processor time of some processes, by name, each with its descendants; ours without them. What has no id does not run.</summary>
internal sealed class Meter(IReadOnlyDictionary<string, int?> processes)
{
    private readonly Dictionary<string, int> pids =
        processes.Where(process => process.Value is not null).ToDictionary(process => process.Key, process => process.Value!.Value);

    public Dictionary<string, double> Read() => pids.ToDictionary(
        entry => entry.Key,
        entry => entry.Value == Environment.ProcessId ? ProcessStat.SecondsOfUs() : ProcessStat.SecondsOfTree(entry.Value));

    public Dictionary<string, double> Since(Dictionary<string, double> before) =>
        Read().ToDictionary(entry => entry.Key, entry => entry.Value - before[entry.Key]);
}

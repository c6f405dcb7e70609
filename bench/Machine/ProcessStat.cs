using System.Globalization;

namespace Bus.Bench.Machine;

/// <summary>What <c>/proc/PID/stat</c> says of a process: its parent, and the processor time it has taken.</summary>
internal readonly record struct ProcessStat(int Pid, int Parent, double Seconds, double SecondsOfEndedChildren)
{
    // USER_HZ, the unit of /proc; 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>The processor time of a process and all its descendants, those that ended included.</summary>
    public static double SecondsOfTree(int pid)
    {
        var all = All();
        var root = all.FirstOrDefault(process => process.Pid == pid);
        return root.Pid == 0 ? throw new BenchException($"Process {pid} is gone.") : Sum(root, all.ToLookup(process => process.Parent));
    }

    /// <summary>Our own processor time, without that of the programs we have started.</summary>
    public static double SecondsOfUs() => Read(Environment.ProcessId)!.Value.Seconds;

    private static double Sum(ProcessStat process, ILookup<int, ProcessStat> children) =>
        process.Seconds + process.SecondsOfEndedChildren + children[process.Pid].Sum(child => Sum(child, children));

    private static List<ProcessStat> All()
    {
        var found = new List<ProcessStat>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } stat)
                found.Add(stat);
        }

        return found;
    }

    private static ProcessStat? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            // The name before may contain anything; from the state on (field 3 of proc(5)) all is plain.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessStat(pid, (int)Field(4), (Field(14) + Field(15)) / TicksPerSecond, (Field(16) + Field(17)) / TicksPerSecond);

            double Field(int number) => double.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }
}

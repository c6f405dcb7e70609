using System.Globalization;

namespace Bus.Bench.Machine;

/// <summary>What <c>/proc/PID/status</c> says of the memory of a process.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that it has had in memory so far; 0 when it is gone.</summary>
    public static long PeakBytes(int pid) => Bytes(pid, "VmHWM:");

    /// <summary>What it has in memory now; 0 when it is gone.</summary>
    public static long ResidentBytes(int pid) => Bytes(pid, "VmRSS:");

    private static long Bytes(int pid, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[name.Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

using System.Globalization;

namespace Bus.Bench.Machine;

/// <summary>What <c>/proc/PID/status</c> says of the memory of a process.</summary>
internal static class ProcessMemory
{
    private const string Peak = "VmHWM:";

    /// <summary>The most that it has had in memory so far; 0 when it is gone.</summary>
    public static long PeakBytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(Peak, StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[Peak.Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

using System.Globalization;

namespace Bus.Bench.Machine;

/// <summary>What all processors together have done since the start, in ticks.</summary>
internal readonly record struct MachineStat(double Idle, double WaitingForDisk, double Stolen, double Total)
{
    public static MachineStat Now()
    {
        // cpu  user nice system idle iowait irq softirq steal guest guest_nice (guests are counted in user)
        var ticks = File.ReadLines("/proc/stat").First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new MachineStat(ticks[3], ticks[4], ticks[7], ticks.Sum());
    }

    /// <summary>The shares of the time since another moment.</summary>
    public MachineShare Since(MachineStat before)
    {
        var total = Math.Max(1, Total - before.Total);
        return new MachineShare((Idle - before.Idle) / total, (WaitingForDisk - before.WaitingForDisk) / total, (Stolen - before.Stolen) / total);
    }
}

/// <summary>How much of the processors' time nobody used: idle, idle with the disk at work, taken away by the hypervisor.</summary>
internal readonly record struct MachineShare(double Idle, double WaitingForDisk, double Stolen);

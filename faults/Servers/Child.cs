using System.Diagnostics;
using System.Globalization;

namespace Bus.Faults.Servers;

/// <summary>A program that runs with its output in a log file, and signals to it.</summary>
internal static class Child
{
    /// <summary>Starts a program; its process is the program itself, not a shell around it.</summary>
    public static Process Start(string log, IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$0\" \"$@\" >>\"$FAULTS_LOG\" 2>&1 </dev/null", program, .. arguments]);
        start.Environment["FAULTS_LOG"] = Path.Combine(Given.Logs, log);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal; to a process that is gone, none.</summary>
    public static async Task Signal(int pid, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Whether a process runs: neither gone nor a zombie.</summary>
    public static bool Runs(int pid)
    {
        try
        {
            // The state comes after the program's name, which is in parentheses and may hold anything.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}

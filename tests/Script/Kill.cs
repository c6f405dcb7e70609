using System.Diagnostics;

namespace Bus.Tests.Script;

internal static class Kill
{
    /// <summary>Sends a signal to a process, or to a group when its id is negative.</summary>
    public static async Task Send(string signal, int id)
    {
        // Nobody is to read that the process has just ended by itself.
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", signal, "--", $"{id}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }
}

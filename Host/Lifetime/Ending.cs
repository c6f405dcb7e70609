using System.Runtime.InteropServices;
using Bus.Messaging.Lifetime;

namespace Bus.Host.Lifetime;

/// <summary>Ends the process when its stop takes too long, whatever hangs: nothing is lost by it, and a supervisor would kill it.</summary>
internal static class Ending
{
    private const int Interrupted = 130;

    private static PosixSignalRegistration? again;

    /// <summary>Watches the stop from the moment it is asked for.</summary>
    public static void IsWatched(IHostApplicationLifetime lifetime, TimeProvider time) => lifetime.ApplicationStopping.Register(() =>
    {
        // Whoever presses Ctrl-C a second time does not want to wait; SIGTERM is repeated by scripts.
        again = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(Interrupted));
        _ = After(StopSchedule.ProcessEnds, time);
    });

    private static async Task After(TimeSpan limit, TimeProvider time)
    {
        await Task.Delay(limit, time);
        await Console.Error.WriteLineAsync($"Not everything stopped within {limit.TotalSeconds} s; what was left is taken up by other processes, or at the next start.");
        Environment.Exit(0);
    }
}

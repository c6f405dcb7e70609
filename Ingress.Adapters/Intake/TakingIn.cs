using Bus.Ingress.Delivery;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Intake;

/// <summary>
/// Takes in what happened on a platform until the broker has it: while too many messages wait, and while a server is away, it waits. What cannot be taken
/// in though no server is away is left out after some tries: it must not keep others waiting.
/// </summary>
internal sealed partial class TakingIn(Backlog backlog, TimeProvider time, ILogger<TakingIn> log)
{
    /// <summary>So often something is tried that fails though no server is away: then the fault is in it, or in us.</summary>
    private const int MostTries = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Until it is taken in, or left out.</summary>
    /// <param name="name">What it is, for whoever reads the log.</param>
    /// <param name="take">Takes it in.</param>
    /// <param name="busy">Tells people that it has to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="PlatformException">The token of the bot is wrong.</exception>
    public async Task Take(string name, Func<CancellationToken, Task> take, Func<CancellationToken, Task> busy, CancellationToken cancellation)
    {
        var (pause, tries) = (FirstPause, 0);
        while (true)
        {
            while (backlog.RetryAfter is { } full)
            {
                await busy(cancellation);
                await Task.Delay(full, time, cancellation);
            }

            try
            {
                await take(cancellation);
                return;
            }
            catch (PlatformException failure) when (failure.Problem is PlatformProblem.WrongToken)
            {
                throw;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                if (!Absence.IsIn(failure) && ++tries == MostTries)
                {
                    LogLeftOut(name, failure);
                    return;
                }

                LogNotTaken(name, pause.TotalSeconds, failure);
                await Task.Delay(pause, time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} cannot be taken in and is left out")]
    private partial void LogLeftOut(string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} cannot be taken in yet; trying again in {Seconds} s")]
    private partial void LogNotTaken(string name, double seconds, Exception failure);
}

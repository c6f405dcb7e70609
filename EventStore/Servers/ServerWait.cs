using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bus.Events.Servers;

/// <summary>Whether a start waits for servers that are not up yet. Commands do not; a process that serves does.</summary>
public sealed class ServerWaitOptions
{
    /// <summary>Waits, for as long as it takes.</summary>
    public bool Waits { get; set; }
}

/// <summary>
/// Tries what needs a server until the server is there, and says what is waited for: at once, whenever the reason changes, and
/// every ten seconds.
/// </summary>
public sealed partial class ServerWait(IOptions<ServerWaitOptions> options, TimeProvider time, ILogger<ServerWait> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>Tries until it succeeds; fails as the attempt does when waiting is of no use.</summary>
    /// <param name="server">What it needs.</param>
    /// <param name="attempt">What is tried; again from its beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Until(AwaitedServer server, Func<CancellationToken, Task> attempt, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var (said, saidAt) = ((string?)null, began);
        while (true)
        {
            try
            {
                await attempt(cancellation);
                var waited = time.GetElapsedTime(began);
                if (said is not null)
                    LogThere(server.Name, server.Address, waited);
                return;
            }
            catch (Exception failure) when (options.Value.Waits && !cancellation.IsCancellationRequested && server.Absence(failure) is { } reason)
            {
                if (reason != said || time.GetElapsedTime(saidAt) >= SaidAgainAfter)
                {
                    (said, saidAt) = (reason, time.GetTimestamp());
                    LogWaiting(server.Name, server.Address, server.Setting, reason);
                }
            }

            await Task.Delay(Interval, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {Server} at {Address} ({Setting}): {Reason}")]
    private partial void LogWaiting(string server, string address, string setting, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} at {Address} is there, after {Waited}")]
    private partial void LogThere(string server, string address, TimeSpan waited);
}

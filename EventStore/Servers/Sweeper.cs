using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Servers;

/// <summary>
/// Looks after something in PostgreSQL again and again, for as long as the process runs. While PostgreSQL is away, it waits. Every process does it, so
/// that what is done must be right when several do it at once.
/// </summary>
/// <param name="interval">How long it waits from one time to the next.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says that it waits.</param>
public abstract partial class Sweeper(TimeSpan interval, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>What is done each time.</summary>
    protected abstract Task Sweep(CancellationToken cancellation);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWaiting = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Sweep(stoppingToken);
                isWaiting = false;
            }
            catch (NpgsqlException failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Once: some look every second, and an outage lasts.
                if (!isWaiting)
                    LogWaits(GetType().Name, failure.Message);
                isWaiting = true;
            }
            catch (Exception failure) when (stoppingToken.IsCancellationRequested && failure is OperationCanceledException or NpgsqlException)
            {
                return; // The process ends; the host would take it for a fault of ours.
            }

            await Task.Delay(interval, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sweeper} tries again later: {Reason}")]
    private partial void LogWaits(string sweeper, string reason);
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>
/// Tells other processes that this one has appended, after the commit: within the transaction, <c>notify</c> would let only one
/// commit at a time. A notification lost with the process is made good by looking from time to time.
/// </summary>
internal sealed partial class AppendNotifier(NpgsqlDataSource database, AppendSignal signal, TimeProvider time, ILogger<AppendNotifier> log) : BackgroundService
{
    /// <summary>The channel; Marten's own, so that its applications wake ours and are woken.</summary>
    public const string Channel = "mt_events_appended";

    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Notify(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, or could not start; the latter the host would take for a fault of ours.
        }
    }

    private async Task Notify(CancellationToken stoppingToken)
    {
        while (true)
        {
            await signal.WaitHere(stoppingToken);
            try
            {
                await using var batch = database.CreateBatch();
                batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_notify('{Channel}', '')"));
                await batch.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                LogNotNotified(failure.Message);
            }

            await Task.Delay(LeastInterval, time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Others were not told of an append: {Reason}")]
    private partial void LogNotNotified(string reason);
}

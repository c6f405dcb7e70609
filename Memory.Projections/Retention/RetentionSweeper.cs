using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Memory.Retention;

/// <summary>Applies the policies of retention once a minute. Several processes may do so at once: the last one is right.</summary>
internal sealed partial class RetentionSweeper(
    NpgsqlDataSource database, RetentionSettings settings, TimeProvider time, ILogger<RetentionSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (NpgsqlException failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSwept(failure.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Sweep(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select bus_retain($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = settings.Conversations });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = settings.Traces is { } kept ? (time.GetUtcNow() - kept).UtcDateTime : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.TimestampTz,
        });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention waits: {Reason}")]
    private partial void LogNotSwept(string reason);
}

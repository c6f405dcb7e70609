using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Outbox;

/// <summary>Sends what a dead process, or a broker that was away, left in the outbox; forgets old inbox rows.</summary>
internal sealed partial class OutboxSweeper(NpgsqlDataSource database, OutboxSender sender, TimeProvider time, ILogger<OutboxSweeper> log)
    : BackgroundService
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a live process needs between its commit and the broker's confirmation.</summary>
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromSeconds(5);

    /// <summary>Longer than any message is on its way.</summary>
    private static readonly TimeSpan InboxKeeps = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var forgetAt = time.GetUtcNow();
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                while (await SendLeftBehind(stoppingToken) == MostAtOnce)
                {
                }

                if (time.GetUtcNow() >= forgetAt)
                {
                    await ForgetOld(stoppingToken);
                    forgetAt = time.GetUtcNow().AddHours(1);
                }
            }
            catch (Exception failure)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogSweepFailed(failure);
            }
        }
    }

    private async Task<int> SendLeftBehind(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var select = OutboxTable.SelectLeftBehind(LeftBehindAfter, MostAtOnce);
        select.Connection = connection;
        var messages = await OutboxTable.Read(select, cancellation);
        if (messages.Count == 0)
            return 0;
        var sent = new List<string>();
        var unsent = new List<string>();
        foreach (var (row, message) in messages)
        {
            try
            {
                await sender.Send(message, again: true, cancellation);
                sent.Add(row);
                LogSent(message.MessageId, message.Destination);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                unsent.Add(row);
                LogNotSent(message.MessageId, message.Destination, failure.Message);
                // A broker that is away takes none of the others either.
                if (failure is not PublishException { IsReturn: true })
                    break;
            }
        }

        // What cannot be sent must not hold up what can.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { OutboxTable.Delete(sent), OutboxTable.Postpone(unsent) } };
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return sent.Count;
    }

    private async Task ForgetOld(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from bus_inbox where consumed_at < now() - $1");
        command.Parameters.Add(new() { Value = InboxKeeps });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent message {MessageId} to {Destination}, which was left behind")]
    private partial void LogSent(Guid messageId, Uri destination);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not send message {MessageId} to {Destination} yet: {Reason}")]
    private partial void LogNotSent(Guid messageId, Uri destination, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox could not be swept; trying again in a second")]
    private partial void LogSweepFailed(Exception failure);
}

using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Messaging.Outbox;

/// <summary>
/// Removes confirmed messages from the outbox, many at a time: one commit for all of them instead of one each. What is
/// not removed before the process dies is sent a second time by the sweeper and dropped by the receiver's inbox.
/// </summary>
internal sealed partial class SentMessages(NpgsqlDataSource database, TimeProvider time, ILogger<SentMessages> log) : BackgroundService
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<OutboxKey> sent = Channel.CreateUnbounded<OutboxKey>();

    public void Add(OutboxKey message) => sent.Writer.TryWrite(message);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await sent.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Interval, time, stoppingToken);
                await Remove(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Remove(CancellationToken.None);
        }
    }

    private async Task Remove(CancellationToken cancellation)
    {
        var messages = new List<OutboxKey>();
        while (messages.Count < MostAtOnce && sent.Reader.TryRead(out var message))
            messages.Add(message);
        if (messages.Count == 0)
            return;

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var command = OutboxTable.Delete(messages);
            command.Connection = connection;
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (NpgsqlException failure)
        {
            LogNotRemoved(failure, messages.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} sent messages stay in the outbox; the sweeper sends them once more")]
    private partial void LogNotRemoved(Exception failure, int count);
}

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

    /// <summary>The broker has confirmed all that a consumer wrote for a message.</summary>
    public void Add(OutboxKey written) => sent.Writer.TryWrite(written);

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
        var keys = new List<OutboxKey>();
        while (keys.Count < MostAtOnce && sent.Reader.TryRead(out var key))
            keys.Add(key);
        if (keys.Count == 0)
            return;

        try
        {
            await using var batch = database.CreateBatch();
            foreach (var delete in OutboxTable.Delete(keys))
                batch.BatchCommands.Add(delete);
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (NpgsqlException failure)
        {
            LogNotRemoved(failure, keys.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was sent for {Count} messages stays in the outbox; the sweeper sends it once more")]
    private partial void LogNotRemoved(Exception failure, int count);
}

using Bus.Messaging.Broker;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Errors;

/// <summary>
/// Goes through error queues. To be looked at, messages are taken and given back, because the broker shows them to nobody otherwise;
/// whoever dies meanwhile gives them back, too.
/// </summary>
internal sealed class ErrorVisits(BrokerConnection connection, QueueWriter writer, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// In a queue with a delivery limit (of an earlier version, or of a newer broker's making) looking counts as a try. Before
    /// the limit is reached, the message takes its place anew.
    /// </summary>
    private const int RenewAfter = 10;

    private const long OneAtATime = 0x427573_457272; // "BusErr"

    private const int MostWaits = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Shows each message to a visitor, who says whether it is done with.</summary>
    /// <returns>False when there is more than was to be looked at.</returns>
    public async Task<bool> Visit(IReadOnlyList<string> queues, int most, Func<ErrorMessage, Task<bool>> visit, CancellationToken cancellation)
    {
        // What one visitor has in hand no other sees.
        await using var session = await database.OpenConnectionAsync(cancellation);
        await using var turn = await session.BeginTransactionAsync(cancellation);
        await using var wait = new NpgsqlCommand($"select pg_advisory_xact_lock({OneAtATime})", session);
        await wait.ExecuteNonQueryAsync(cancellation);

        foreach (var queue in queues)
        {
            var (seen, isComplete) = await VisitQueue(queue, most, visit, cancellation);
            if (!isComplete)
                return false;
            most -= seen;
        }

        return true;
    }

    /// <returns>How many were seen, and whether these were all.</returns>
    private async Task<(int Seen, bool IsComplete)> VisitQueue(string queue, int most, Func<ErrorMessage, Task<bool>> visit, CancellationToken cancellation)
    {
        var (seen, kept, isComplete) = (0, 0u, true);
        var (channel, first) = await First(queue, cancellation);
        await using (channel)
        {
            // Not more than there were in the beginning: what is sent back may be here again before the end.
            var there = first is null ? 0 : first.MessageCount + 1;
            for (var got = first; got is not null; got = seen < there ? await Next(channel, queue, cancellation) : null)
            {
                if (seen == most)
                {
                    (isComplete, kept) = (false, kept + 1);
                    break;
                }

                seen++;
                if (await IsDone(new ErrorMessage(queue, got), visit, cancellation))
                    await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellation);
                else
                    kept++;
            }

            // What is kept goes back with the channel.
        }

        await GivenBack(queue, kept);
        return (seen, isComplete);
    }

    private async Task<bool> IsDone(ErrorMessage message, Func<ErrorMessage, Task<bool>> visit, CancellationToken cancellation)
    {
        if (await visit(message))
            return true;
        if (BusHeaders.TakenBack(message.Properties) < RenewAfter)
            return false;
        await writer.Put(message.Queue, BusHeaders.InPlace(message.Properties), message.Body, cancellation);
        return true;
    }

    /// <summary>The broker puts them back in its own time; whoever looks next is to find them all.</summary>
    private async Task GivenBack(string queue, uint kept)
    {
        if (kept == 0)
            return;
        await using var channel = await connection.Channel(null, CancellationToken.None);
        for (var waits = 0; waits < MostWaits && await channel.MessageCountAsync(queue) < kept; waits++)
            await Task.Delay(Interval, time);
    }

    /// <summary>
    /// The first message. When the queue is just being made, or comes up with its server, nobody is there to be asked yet; then the broker closes the
    /// connection, and it is opened anew.
    /// </summary>
    private async Task<(IChannel Channel, BasicGetResult? Got)> First(string queue, CancellationToken cancellation)
    {
        for (var waits = 0; ; waits++)
        {
            var channel = await connection.Channel(null, cancellation);
            try
            {
                return (channel, await Next(channel, queue, cancellation));
            }
            catch (Exception failure)
            {
                await channel.DisposeAsync();
                if (failure is not OperationInterruptedException { ShutdownReason.ReplyCode: Constants.InternalError } || waits == MostWaits)
                    throw;
                await Task.Delay(Interval, time, cancellation);
            }
        }
    }

    private static async Task<BasicGetResult?> Next(IChannel channel, string queue, CancellationToken cancellation)
    {
        try
        {
            return await channel.BasicGetAsync(queue, autoAck: false, cancellation);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }
}

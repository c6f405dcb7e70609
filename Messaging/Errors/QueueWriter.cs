using System.Collections.Concurrent;
using Bus.Messaging.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Errors;

/// <summary>Puts messages straight into queues, and returns when the broker has them there.</summary>
internal sealed class QueueWriter(BrokerConnection connection) : IAsyncDisposable
{
    private const ushort PreconditionFailed = 406;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly BrokerChannel channel = new(
        connection, () => new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));

    private readonly ConcurrentDictionary<string, bool> declared = new(StringComparer.Ordinal);

    /// <summary>Into a queue that is there.</summary>
    /// <exception cref="PublishException">It is not (<see cref="PublishException.IsReturn"/>), or the broker does not take the message.</exception>
    public Task Put(string queue, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        Publish("", queue, properties, body, cancellation);

    /// <summary>Into a queue in which messages stay until somebody takes them: no limit, no way out.</summary>
    public Task Park(string queue, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        Declared(queue, DeclareForGood, () => Publish("", queue, properties, body, cancellation), cancellation);

    /// <summary>Into the queue of a delay, from which it comes back into the work queue.</summary>
    public Task Delay(TimeSpan delay, string workQueue, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var rung = DelayLadder.QueueOf(delay);
        return Declared(
            rung, (open, name) => DeclareDelay(open, name, delay), () => Publish(rung, workQueue, properties, body, cancellation), cancellation);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async Task Publish(string exchange, string key, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var open = await channel.Open(patience.Token);
        await open.BasicPublishAsync(exchange, key, mandatory: true, properties, body, patience.Token);
    }

    /// <summary>A queue that somebody has deleted is declared again the next time.</summary>
    private async Task Declared(string queue, Func<IChannel, string, Task> declare, Func<Task> publish, CancellationToken cancellation)
    {
        try
        {
            if (!declared.ContainsKey(queue))
            {
                // On a channel of its own, which the broker closes when it refuses.
                await using var open = await connection.Channel(null, cancellation);
                await declare(open, queue);
                declared[queue] = true;
            }

            await publish();
        }
        catch
        {
            declared.TryRemove(queue, out _);
            throw;
        }
    }

    private static async Task DeclareForGood(IChannel open, string queue)
    {
        try
        {
            await open.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, Quorum());
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == PreconditionFailed)
        {
            // It is there from an earlier version, with a delivery limit; ErrorQueues sees to it that looking does not use that up.
        }
    }

    /// <summary>
    /// Each delay has its queue, because only the head of a queue expires. The dead letter goes to the default exchange under the
    /// key it came with, the name of its work queue; it leaves here when it is there (at-least-once).
    /// </summary>
    private static async Task DeclareDelay(IChannel open, string name, TimeSpan delay)
    {
        var arguments = Quorum();
        arguments["x-message-ttl"] = (long)delay.TotalMilliseconds;
        arguments["x-dead-letter-exchange"] = "";
        arguments["x-dead-letter-strategy"] = "at-least-once";
        arguments["x-overflow"] = "reject-publish";
        await open.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, autoDelete: false);
        await open.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments);
        await open.QueueBindAsync(name, name, "");
    }

    private static Dictionary<string, object?> Quorum() => new() { ["x-queue-type"] = "quorum" };
}

using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Bus.Messaging.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Outbox;

/// <summary>
/// Hands stored messages to the broker and returns when it has confirmed them. They are serialised and addressed already,
/// so they do not take MassTransit's way out a second time.
/// </summary>
internal sealed class OutboxSender(BrokerConnection connection) : IAsyncDisposable
{
    /// <summary>On messages that may have been sent before: by their sender, or <see cref="SentOn"/>.</summary>
    public const string SentAgainHeader = "bus-sent-again";

    /// <summary>Sent again by its sender: somebody else may have it, too.</summary>
    public const string BySender = "true";

    /// <summary>Sent on by whoever had it in hand.</summary>
    public const string SentOn = "on";

    private const int MostUnconfirmed = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly BrokerChannel channel = new(connection, () => new CreateChannelOptions(
        publisherConfirmationsEnabled: true,
        publisherConfirmationTrackingEnabled: true,
        new ConcurrencyLimiter(new() { PermitLimit = MostUnconfirmed, QueueLimit = int.MaxValue })));

    /// <summary>The exchanges that are there, as declared on a channel; on the next they may have to be declared again.</summary>
    private readonly ConcurrentDictionary<(IChannel, string), bool> declared = new();

    /// <param name="message">The message.</param>
    /// <param name="again">It may have been sent before; its receiver is told (<see cref="SentAgainHeader"/>).</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="PublishException">No queue takes the message (<see cref="PublishException.IsReturn"/>), or the broker does not.</exception>
    public async Task Send(OutboxMessage message, bool again, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var open = await channel.Open(patience.Token);

        // A queue that lives only as long as its process is addressed directly: when it is gone, nobody waits any more.
        if (message.IsForTemporaryQueue)
        {
            await open.BasicPublishAsync("", message.Exchange, mandatory: false, Properties(message, again), message.Body, patience.Token);
            return;
        }

        await Declare(open, message.Exchange, patience.Token);
        await open.BasicPublishAsync(message.Exchange, "", mandatory: true, Properties(message, again), message.Body, patience.Token);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    /// <summary>As MassTransit declares it; publishing to an exchange that is not there would close the channel.</summary>
    private async ValueTask Declare(IChannel open, string exchange, CancellationToken cancellation)
    {
        if (declared.ContainsKey((open, exchange)))
            return;
        await open.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellation);
        foreach (var (key, _) in declared)
        {
            if (key.Item1 != open)
                declared.TryRemove(key, out _);
        }

        declared[(open, exchange)] = true;
    }

    private static BasicProperties Properties(OutboxMessage message, bool again)
    {
        var headers = message.Headers.ToDictionary(header => header.Key, object? (header) => header.Value);
        if (again)
            headers[SentAgainHeader] = BySender;
        return new()
        {
            MessageId = message.MessageId.ToString(),
            ContentType = message.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Headers = headers,
        };
    }
}

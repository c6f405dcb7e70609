using Bus.Events.Servers;
using RabbitMQ.Client;

namespace Bus.Messaging.Broker;

/// <summary>
/// A connection beside MassTransit's, for what needs none of it: pieces of replies, which may get lost, and outgoing
/// messages, which are serialised already (docs/decisions).
/// </summary>
internal sealed class BrokerConnection(Uri rabbit) : IAsyncDisposable
{
    /// <summary>
    /// A process that stands still or cannot be reached is given up by the broker after about twice this, and another gets its
    /// messages. The client's own minute is long for whoever waits for an answer.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>As long as the client waits before it connects again; its own five seconds are long for whoever waits for an answer.</summary>
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim opening = new(1);
    private IConnection? connection;

    /// <summary>The broker, as a start waits for it.</summary>
    public AwaitedServer Broker { get; } = new("RabbitMQ", $"{rabbit.Host}:{new AmqpTcpEndpoint(rabbit).Port}", "BUS_RABBITMQ", BrokerAbsence.Reason);

    /// <summary>A new channel; the connection is opened with the first and recovers by itself.</summary>
    public async Task<IChannel> Channel(CreateChannelOptions? options, CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            connection ??= await new ConnectionFactory
            {
                Uri = rabbit,
                ClientProvidedName = "bus",
                RequestedHeartbeat = Heartbeat,
                NetworkRecoveryInterval = RecoveryInterval,
            }.CreateConnectionAsync(cancellation);
            return await connection.CreateChannelAsync(options, cancellation);
        }
        finally
        {
            opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        opening.Dispose();
    }
}

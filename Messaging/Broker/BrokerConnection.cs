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

    /// <summary>How long a broker may take that accepts the connection and says nothing.</summary>
    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(10);

    private readonly ConnectionFactory factory = new()
    {
        Uri = rabbit,
        ClientProvidedName = "bus",
        RequestedHeartbeat = Heartbeat,
        RequestedConnectionTimeout = OpeningTime,
        HandshakeContinuationTimeout = OpeningTime,
        AutomaticRecoveryEnabled = false,
    };

    private readonly Lock one = new();
    private Task<IConnection>? opening;
    private IConnection? opened;

    /// <summary>The broker, as a start waits for it.</summary>
    public AwaitedServer Broker { get; } = new("RabbitMQ", $"{rabbit.Host}:{new AmqpTcpEndpoint(rabbit).Port}", "BUS_RABBITMQ", BrokerAbsence.Reason);

    /// <summary>
    /// A new channel; the connection is opened with the first, and anew when it is gone. Whoever has a channel notices that it is closed
    /// and asks for another: the client's own recovery leaves connections open behind it when a broker comes and goes.
    /// </summary>
    public async Task<IChannel> Channel(CreateChannelOptions? options, CancellationToken cancellation)
    {
        var open = await Connection().WaitAsync(cancellation);
        return await open.CreateChannelAsync(options, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null)
            await opened.DisposeAsync();
    }

    /// <summary>The connection that is open, or the one that is being opened, for all who wait for it.</summary>
    private Task<IConnection> Connection()
    {
        lock (one)
        {
            if (opening is null or { IsFaulted: true } || opened is { IsOpen: false })
                opening = Open();
            return opening;
        }
    }

    /// <summary>Nobody's patience ends it: a connection that the client gives up halfway stays open.</summary>
    private async Task<IConnection> Open()
    {
        if (Interlocked.Exchange(ref opened, null) is { } closed)
            await closed.DisposeAsync();
        return opened = await factory.CreateConnectionAsync(CancellationToken.None);
    }
}

using RabbitMQ.Client;

namespace Bus.Messaging.Broker;

/// <summary>
/// A connection beside MassTransit's, for what needs none of it: pieces of replies, which may get lost, and outgoing
/// messages, which are serialised already (docs/decisions).
/// </summary>
internal sealed class BrokerConnection(Uri rabbit) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private IConnection? connection;

    /// <summary>A new channel; the connection is opened with the first and recovers by itself.</summary>
    public async Task<IChannel> Channel(CreateChannelOptions? options, CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            connection ??= await new ConnectionFactory { Uri = rabbit, ClientProvidedName = "bus" }.CreateConnectionAsync(cancellation);
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

using RabbitMQ.Client;

namespace Bus.Messaging.Streaming;

/// <summary>
/// A connection of its own for the pieces of replies: they are many, small and may get lost, so they take neither the
/// bus's envelope nor its confirms (docs/decisions).
/// </summary>
internal sealed class ReplyConnection(Uri rabbit) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private IConnection? connection;

    /// <summary>A new channel; the connection is opened with the first and recovers by itself.</summary>
    public async Task<IChannel> Channel(CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            connection ??= await new ConnectionFactory { Uri = rabbit, ClientProvidedName = "bus-replies" }.CreateConnectionAsync(cancellation);
            return await connection.CreateChannelAsync(cancellationToken: cancellation);
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

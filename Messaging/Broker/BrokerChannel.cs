using RabbitMQ.Client;

namespace Bus.Messaging.Broker;

/// <summary>A channel that is opened when it is first needed, and anew when it was closed.</summary>
/// <param name="connection">The connection it is on.</param>
/// <param name="options">What each new one begins with: a channel disposes of the limiter in them when it goes.</param>
internal sealed class BrokerChannel(BrokerConnection connection, Func<CreateChannelOptions>? options = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private IChannel? channel;

    public ValueTask<IChannel> Open(CancellationToken cancellation) =>
        channel is { IsOpen: true } open ? ValueTask.FromResult(open) : new ValueTask<IChannel>(OpenAnew(cancellation));

    /// <summary>Closes it; the next to need it opens another.</summary>
    public async ValueTask Close()
    {
        if (Interlocked.Exchange(ref channel, null) is { } open)
            await open.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        opening.Dispose();
    }

    private async Task<IChannel> OpenAnew(CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            if (channel is not { IsOpen: true })
            {
                var closed = channel;
                channel = await connection.Channel(options?.Invoke(), cancellation);
                if (closed is not null)
                    await closed.DisposeAsync();
            }

            return channel;
        }
        finally
        {
            opening.Release();
        }
    }
}

using System.Text.Json;
using Bus.Contracts;
using RabbitMQ.Client;

namespace Bus.Messaging.Streaming;

/// <summary>Sends pieces and outcomes straight to the process that waits for them. Nothing is kept or confirmed.</summary>
internal sealed class ReplySender(ReplyConnection connection) : IReplySender, IAsyncDisposable
{
    private static readonly BasicProperties ChunkProperties = new() { Type = nameof(ReplyChunk) };
    private static readonly BasicProperties EndProperties = new() { Type = nameof(TurnEnded) };

    private readonly SemaphoreSlim opening = new(1);
    private IChannel? channel;

    public ValueTask Send(string replyTo, ReplyChunk chunk, CancellationToken cancellation) =>
        Publish(replyTo, ChunkProperties, JsonSerializer.SerializeToUtf8Bytes(chunk), cancellation);

    public ValueTask Send(string replyTo, TurnEnded end, CancellationToken cancellation) =>
        Publish(replyTo, EndProperties, JsonSerializer.SerializeToUtf8Bytes(end), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (channel is not null)
            await channel.DisposeAsync();
        opening.Dispose();
    }

    private async ValueTask Publish(string replyTo, BasicProperties properties, byte[] body, CancellationToken cancellation)
    {
        var open = channel is { IsOpen: true } ? channel : await Open(cancellation);
        await open.BasicPublishAsync("", replyTo, mandatory: false, properties, body, cancellation);
    }

    private async Task<IChannel> Open(CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            return channel = channel is { IsOpen: true } ? channel : await connection.Channel(cancellation);
        }
        finally
        {
            opening.Release();
        }
    }
}

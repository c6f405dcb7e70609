using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Broker;
using RabbitMQ.Client;

namespace Bus.Messaging.Streaming;

/// <summary>
/// Sends pieces and outcomes straight to the process that waits for them; within this process, without the broker. Nothing is
/// kept or confirmed.
/// </summary>
internal sealed class ReplySender(BrokerConnection connection, ReplyListener? here = null) : IReplySender, IAsyncDisposable
{
    private static readonly BasicProperties ChunkProperties = new() { Type = nameof(ReplyChunk) };
    private static readonly BasicProperties EndProperties = new() { Type = nameof(TurnEnded) };

    private readonly BrokerChannel channel = new(connection);

    public ValueTask Send(string replyTo, ReplyChunk chunk, CancellationToken cancellation) =>
        here?.Take(replyTo, chunk.TurnId, chunk) == true
            ? ValueTask.CompletedTask
            : Publish(replyTo, ChunkProperties, JsonSerializer.SerializeToUtf8Bytes(chunk), cancellation);

    public ValueTask Send(string replyTo, TurnEnded end, CancellationToken cancellation) =>
        here?.Take(replyTo, end.TurnId, end) == true
            ? ValueTask.CompletedTask
            : Publish(replyTo, EndProperties, JsonSerializer.SerializeToUtf8Bytes(end), cancellation);

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async ValueTask Publish(string replyTo, BasicProperties properties, byte[] body, CancellationToken cancellation)
    {
        var open = await channel.Open(cancellation);
        await open.BasicPublishAsync("", replyTo, mandatory: false, properties, body, cancellation);
    }
}

using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Broker;
using RabbitMQ.Client;

namespace Bus.Messaging.Streaming;

/// <summary>
/// Sends pieces and outcomes straight to the process that waits for them; within this process, without the broker. Pieces are neither
/// kept nor confirmed: the outcome makes good for them.
/// </summary>
internal sealed class ReplySender(BrokerConnection connection, OutcomeSender outcomes, ReplyListener? here = null) : IReplySender, IAsyncDisposable
{
    private static readonly BasicProperties ChunkProperties = new() { Type = nameof(ReplyChunk) };

    private readonly BrokerChannel channel = new(connection);

    public ValueTask Send(string replyTo, ReplyChunk chunk, CancellationToken cancellation) =>
        here?.Take(replyTo, chunk.TurnId, chunk) == true
            ? ValueTask.CompletedTask
            : Publish(replyTo, JsonSerializer.SerializeToUtf8Bytes(chunk), cancellation);

    public ValueTask Send(string replyTo, TurnEnded end, CancellationToken cancellation) =>
        here?.Take(replyTo, end.TurnId, end) == true
            ? ValueTask.CompletedTask
            : new ValueTask(outcomes.Send(replyTo, end, cancellation));

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async ValueTask Publish(string replyTo, byte[] body, CancellationToken cancellation)
    {
        var open = await channel.Open(cancellation);
        await open.BasicPublishAsync("", replyTo, mandatory: false, ChunkProperties, body, cancellation);
    }
}

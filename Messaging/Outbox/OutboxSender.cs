using System.Diagnostics;
using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Bus.Messaging.Outbox;

/// <summary>Hands stored messages to the broker and returns when it has confirmed them.</summary>
internal sealed class OutboxSender(IBus bus)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="MessageReturnedException">No queue takes the message.</exception>
    public async Task Send(OutboxMessage message, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);

        // The message belongs to the trace it was written in, which need not be the one that happens to be current.
        var current = Activity.Current;
        Activity.Current = null;
        try
        {
            var endpoint = await bus.GetSendEndpoint(message.Destination);
            await endpoint.Send(new SerializedMessageBody(), new StoredMessagePipe(message), patience.Token);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    private sealed class StoredMessagePipe(OutboxMessage message) : IPipe<SendContext<SerializedMessageBody>>
    {
        public Task Send(SendContext<SerializedMessageBody> context)
        {
            context.MessageId = message.MessageId;
            context.Serializer = new StoredBody(message);
            foreach (var (name, value) in message.Headers)
                context.Headers.Set(name, value);
            if (context is RabbitMqSendContext rabbit)
                rabbit.Mandatory = !message.IsForTemporaryQueue;
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateScope("outbox");
    }

    private sealed class StoredBody(OutboxMessage message) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new(message.ContentType);

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(message.Body);
    }
}

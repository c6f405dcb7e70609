using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Bus.Messaging.Envelopes;

/// <summary>A message that came in an envelope. What few need, such as sending it on, MassTransit does with its own reading of it.</summary>
internal sealed class EnvelopeContext(JsonMessageEnvelope envelope, ReadOnlyMemory<byte> message, Func<SerializerContext> readByMassTransit)
    : BaseSerializerContext(
        SystemTextJsonMessageSerializer.Instance,
        new EnvelopeMessageContext(envelope, SystemTextJsonMessageSerializer.Instance),
        envelope.MessageType ?? [])
{
    private readonly Lazy<SerializerContext> whole = new(readByMassTransit);

    public override bool TryGetMessage<T>([NotNullWhen(true)] out T? result)
        where T : class
    {
        if (typeof(T).IsInterface)
            return whole.Value.TryGetMessage(out result);
        result = !IsSupportedMessageType<T>() ? null : JsonSerializer.Deserialize<T>(message.Span, EnvelopeSerializer.Options);
        return result is not null;
    }

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? result)
    {
        result = JsonSerializer.Deserialize(message.Span, messageType, EnvelopeSerializer.Options);
        return result is not null;
    }

    public override IMessageSerializer GetMessageSerializer() => whole.Value.GetMessageSerializer();

    public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => whole.Value.GetMessageSerializer(envelope, message);

    public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) =>
        whole.Value.GetMessageSerializer(message, messageTypes);

    public override Dictionary<string, object> ToDictionary<T>(T? message)
        where T : class => whole.Value.ToDictionary(message);
}

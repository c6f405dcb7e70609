using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Bus.Messaging.Errors;

/// <summary>A message as the broker delivered it to an endpoint.</summary>
/// <param name="Properties">Its properties.</param>
/// <param name="Body">Its body.</param>
/// <param name="Channel">The channel that it came by, and on which it will be acknowledged.</param>
/// <param name="Stopping">The endpoint stops.</param>
internal sealed record Delivered(IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body, IChannel Channel, CancellationToken Stopping)
{
    public static Delivered Of(ReceiveContext context) =>
        context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery) && context.TryGetPayload(out ChannelContext? channel)
            ? new Delivered(delivery.Properties, context.Body.GetBytes(), channel.Channel, context.CancellationToken)
            : throw new InvalidOperationException("The message was not delivered by RabbitMQ.");

    /// <summary>The id that people name it by.</summary>
    public string Id => BusHeaders.IdOf(Properties, Body.Span);
}

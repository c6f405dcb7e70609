using Bus.Messaging.Errors;
using Bus.Messaging.Outbox;
using MassTransit;

namespace Bus.Messaging;

/// <summary>What is known of earlier deliveries of a message.</summary>
public static class DeliveryExtensions
{
    /// <summary>
    /// How often somebody may have worked on this message before, as far as the broker and its sender know: a process that died
    /// with it or put it off, or one to which it was sent as well.
    /// </summary>
    public static int DeliveriesBefore(this ConsumeContext context)
    {
        if (!context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery))
            return 0;
        var isSentAgain = BusHeaders.Text(delivery.Properties, OutboxSender.SentAgainHeader) == OutboxSender.BySender;
        return (int)BusHeaders.InHand(delivery.Properties) + (isSentAgain ? 1 : 0);
    }
}

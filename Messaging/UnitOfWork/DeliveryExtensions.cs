using Bus.Messaging.Errors;
using Bus.Messaging.Outbox;
using MassTransit;

namespace Bus.Messaging;

/// <summary>What is known of earlier deliveries of a message.</summary>
public static class DeliveryExtensions
{
    /// <summary>
    /// How often somebody may have worked on this message before, as far as the broker and its sender know: a process that died
    /// with it, or one to which it was sent as well.
    /// </summary>
    public static int DeliveriesBefore(this ConsumeContext context)
    {
        if (!context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery))
            return 0;
        var takenBack = BusHeaders.TakenBack(delivery.Properties) + BusHeaders.Number(delivery.Properties, BusHeaders.TakenBackBefore);
        var isSentAgain = BusHeaders.Text(delivery.Properties, OutboxSender.SentAgainHeader) is not null;
        return (int)takenBack + (isSentAgain ? 1 : 0);
    }
}

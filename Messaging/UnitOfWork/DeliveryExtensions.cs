using System.Globalization;
using Bus.Messaging.Outbox;
using MassTransit;

namespace Bus.Messaging;

/// <summary>What is known of earlier deliveries of a message.</summary>
public static class DeliveryExtensions
{
    /// <summary>The header in which a quorum queue counts the deliveries that were not acknowledged.</summary>
    private const string DeliveryCount = "x-delivery-count";

    /// <summary>
    /// How often somebody may have worked on this message before, as far as the broker and its sender know: a process that died
    /// with it, or one to which it was sent as well.
    /// </summary>
    public static int DeliveriesBefore(this ConsumeContext context)
    {
        var headers = context.ReceiveContext.TransportHeaders;
        var counted = headers.TryGetHeader(DeliveryCount, out var count) ? Convert.ToInt32(count, CultureInfo.InvariantCulture) : 0;
        return counted + (headers.TryGetHeader(OutboxSender.SentAgainHeader, out _) ? 1 : 0);
    }
}

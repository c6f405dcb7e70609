using Bus.Contracts;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>Brings answers to one platform.</summary>
internal interface IPlatformDelivery
{
    /// <summary>A name of <see cref="Platforms"/>.</summary>
    string Platform { get; }

    /// <summary>
    /// Brings an answer to its people, unless somebody has, or waits until somebody has. It may be called twice for the same one, also at once.
    /// </summary>
    /// <param name="reply">The answer.</param>
    /// <param name="context">The command.</param>
    Task<DeliveryState> Deliver(DeliverReply reply, ConsumeContext context);
}

using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>Takes back the answer to a message that was deleted.</summary>
[Repeatable]
internal sealed class RetractReplyConsumer(ReplyDelivery delivery) : IConsumer<RetractReply>
{
    public Task Consume(ConsumeContext<RetractReply> context) => delivery.Retract(context.Message, context.CancellationToken);
}

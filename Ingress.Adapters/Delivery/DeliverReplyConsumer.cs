using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Brings a turn's outcome to its people: to whoever waits in some process for it, and to the platform where it was asked.
/// </summary>
[Repeatable]
internal sealed class DeliverReplyConsumer(ReplyDelivery deliveries, IReplySender replies, TimeProvider time) : IConsumer<DeliverReply>
{
    public async Task Consume(ConsumeContext<DeliverReply> context)
    {
        var reply = context.Message;
        if (reply.ReplyTo is { } replyTo)
        {
            var end = new TurnEnded(reply.TurnId, reply.SessionId, reply.Text, reply.Outcome, reply.TraceId, reply.Model, reply.Usage, reply.FinishReason);
            await replies.Send(replyTo, end, context.CancellationToken);
        }

        if (reply.Outcome == TurnOutcomes.Merged)
            return;
        var delivery = await deliveries.Deliver(reply, context);
        if (reply.Outcome != TurnOutcomes.Told)
            await context.Answer(Delivered(reply, delivery));
    }

    private ReplyDelivered Delivered(DeliverReply reply, DeliveryState delivery) => new(
        reply.ConversationId, reply.SessionId, reply.TurnId, delivery.Ids, time.GetUtcNow(),
        delivery.PossibleRepeats, delivery.Undelivered);
}

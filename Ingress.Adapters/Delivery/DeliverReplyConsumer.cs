using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Brings a turn's outcome to its people: to whoever waits in some process for it, and to the platform where it was asked. Over HTTP
/// nobody needs to wait: the answer is in the history.
/// </summary>
[Repeatable]
internal sealed class DeliverReplyConsumer(IEnumerable<IPlatformDelivery> platforms, IReplySender replies, TimeProvider time) : IConsumer<DeliverReply>
{
    public async Task Consume(ConsumeContext<DeliverReply> context)
    {
        var reply = context.Message;
        if (reply.ReplyTo is { } replyTo)
        {
            var end = new TurnEnded(reply.TurnId, reply.SessionId, reply.Text, reply.Outcome, reply.TraceId);
            await replies.Send(replyTo, end, context.CancellationToken);
        }

        if (reply.Outcome == TurnOutcomes.Merged)
            return;
        var platform = platforms.FirstOrDefault(platform => platform.Platform == reply.Origin.Platform);
        var delivery = platform is null ? DeliveryState.None : await platform.Deliver(reply, context);
        if (reply.Outcome != TurnOutcomes.Told)
            await context.Answer(Delivered(reply, delivery));
    }

    private ReplyDelivered Delivered(DeliverReply reply, DeliveryState delivery) => new(
        reply.ConversationId, reply.SessionId, reply.TurnId, [.. delivery.Parts.Select(part => part.Id).OfType<string>()], time.GetUtcNow(),
        delivery.PossibleRepeats, delivery.Undelivered);
}

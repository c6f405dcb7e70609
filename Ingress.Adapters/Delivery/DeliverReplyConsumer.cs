using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Brings a turn's outcome to whoever waits for it over HTTP. Nobody needs to: the answer is in the history.
/// </summary>
[Repeatable]
internal sealed class DeliverReplyConsumer(IReplySender replies, TimeProvider time) : IConsumer<DeliverReply>
{
    public async Task Consume(ConsumeContext<DeliverReply> context)
    {
        var reply = context.Message;
        if (reply.ReplyTo is { } replyTo)
        {
            var end = new TurnEnded(reply.TurnId, reply.SessionId, reply.Text, reply.Outcome, reply.TraceId);
            await replies.Send(replyTo, end, context.CancellationToken);
        }

        await context.Answer(new ReplyDelivered(reply.ConversationId, reply.SessionId, reply.TurnId, [], time.GetUtcNow()));
    }
}

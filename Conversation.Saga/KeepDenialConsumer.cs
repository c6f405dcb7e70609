using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Conversations;

/// <summary>Keeps that somebody was denied, in a stream of its own: no session opens for it.</summary>
internal sealed class KeepDenialConsumer : IConsumer<MessageDenied>
{
    private const string StreamType = "denial";

    public Task Consume(ConsumeContext<MessageDenied> context)
    {
        context.GetPayload<UnitOfWork>().Append(context.Message.MessageId, StreamType, 0, context.Message);
        return Task.CompletedTask;
    }
}

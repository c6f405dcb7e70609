using Bus.Contracts;
using MassTransit;

namespace Bus.Messaging;

/// <summary>How repeatable consumers answer.</summary>
public static class AnswerExtensions
{
    /// <summary>Publishes an event whose id on the bus follows from the consumed message: the same again is the same message.</summary>
    public static Task Answer<T>(this ConsumeContext context, T answer)
        where T : class
    {
        var messageId = context.MessageId ?? throw new MessageException(typeof(T), "A message without an id cannot be answered once.");
        return context.Publish(answer, publish => publish.MessageId = Ids.From(messageId, typeof(T).Name));
    }
}

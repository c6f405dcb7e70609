using Bus.Contracts;
using Bus.Ingress.Settings;
using MassTransit;

namespace Bus.Ingress.Intake;

/// <summary>Hands what people say on a platform to the bus. Each call returns when the broker has it, and throws when it has not.</summary>
internal sealed class MessageIntake(IBus bus, Unanswered unanswered, TimeProvider time)
{
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What was said, as the saga gets it.</summary>
    /// <param name="said">What was said.</param>
    /// <param name="origin">In which conversation.</param>
    /// <param name="settings">What holds there.</param>
    /// <param name="isToBot">The bot is to answer.</param>
    /// <param name="replyTo">The adapter instance that shows the answer while it comes.</param>
    public MessageReceived Message(Said said, Origin origin, PlaceSettings settings, bool isToBot, string? replyTo)
    {
        var conversation = origin.ConversationId();
        var gather = (said.IsPrivate ? settings.GatherSeconds : settings.GatherSecondsInGroups) ?? 0;
        var handling = isToBot ? new Handling(false, (int)(gather * 1000), settings.WhenBusy) : new Handling(IsListenOnly: true);
        return new MessageReceived(
            conversation, said.MessageId, origin, said.Author, said.Text, isToBot ? settings.Options : null, isToBot ? replyTo : null, time.GetUtcNow(),
            isToBot ? unanswered.Before(conversation) : null, new Speaker(said.Name, !said.IsPrivate), said.Sent,
            said.Attachments.Count == 0 ? null : said.Attachments, handling);
    }

    /// <summary>Somebody said something.</summary>
    public async Task Take(MessageReceived message, CancellationToken cancellation)
    {
        await Publish(message, message.MessageId, cancellation);
        if (message.Handling is not { IsListenOnly: true })
            unanswered.Add(message.ConversationId, message.MessageId);
    }

    /// <summary>It is answered.</summary>
    public void Answered(MessageReceived message) => unanswered.Remove(message.ConversationId, message.MessageId);

    /// <summary>Publishes a command or an event under an id that follows from what set it off: the same again is dropped.</summary>
    public async Task Publish<T>(T message, Guid messageId, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(PublishTimeout);
        await bus.Publish(message, publish => publish.MessageId = messageId, limit.Token);
    }
}

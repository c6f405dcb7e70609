using Bus.Contracts;

namespace Bus.Ingress.Delivery;

/// <summary>The way to the places of one platform.</summary>
internal interface IPlatformDelivery
{
    /// <summary>A name of <see cref="Platforms"/>.</summary>
    string Platform { get; }

    /// <summary>Where an answer goes.</summary>
    /// <exception cref="InvalidOperationException">The bot is not set up in this process.</exception>
    ValueTask<IReplyPlace> Open(ReplyAddress address, CancellationToken cancellation);
}

/// <summary>An answer, and what it answers.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Origin">Where.</param>
/// <param name="Answers">The message that is answered.</param>
/// <param name="Author">Whose message it is; null when nobody says, and then nothing can be stopped.</param>
/// <param name="Texts">What the bot says by itself.</param>
/// <param name="IsTurn">It is what a model says, or would have said; else a command is answered.</param>
internal sealed record ReplyAddress(Guid ConversationId, Guid TurnId, Origin Origin, PlatformMessage? Answers, string? Author, Texts Texts, bool IsTurn)
{
    /// <summary>The answer to a message that has just come.</summary>
    public static ReplyAddress Of(MessageReceived message, Texts texts) =>
        new(message.ConversationId, message.MessageId, message.Origin, message.Sent, message.Author, texts, IsTurn: true);

    /// <summary>An answer that is finished.</summary>
    public static ReplyAddress Of(DeliverReply reply) =>
        new(reply.ConversationId, reply.TurnId, reply.Origin, reply.Answers, null, Texts.For(reply.Answers?.Language), reply.Outcome != TurnOutcomes.Told);
}

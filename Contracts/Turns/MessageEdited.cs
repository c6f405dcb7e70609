namespace Bus.Contracts;

/// <summary>
/// Somebody changed what they had said. From here on models see the new text; whether it is answered anew is another message.
/// </summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="MessageId">The message that was changed: <see cref="MessageReceived.MessageId"/>.</param>
/// <param name="EditId">Follows from the platform's own ids of the message and of the change.</param>
/// <param name="Origin">Where it was said.</param>
/// <param name="Author">The platform's own id of who said it.</param>
/// <param name="Speaker">Who that is, as people know them.</param>
/// <param name="Text">What it says now.</param>
/// <param name="EditedAt">When.</param>
public sealed record MessageEdited(
    Guid ConversationId, Guid MessageId, Guid EditId, Origin Origin, string Author, Speaker? Speaker, string Text, DateTimeOffset EditedAt);

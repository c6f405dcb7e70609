using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Answer the last question of a conversation anew. The answer that it had is left out of what models see from here on.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn that begins: the id of the message that asks for it.</param>
/// <param name="Author">The platform's own id of who asks.</param>
/// <param name="Options">What is asked of the model, if anything.</param>
/// <param name="ReplyTo">The adapter instance that waits for the reply's pieces; null when none does.</param>
/// <param name="Asker">Who asks, and what they are told when there is nothing to answer anew or an answer is being made.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Retried">The turn that is meant: when another is the last one by now, nothing is answered anew. Not written when the last one is meant, whichever it is.</param>
public sealed record RetryTurn(
    Guid ConversationId, Guid TurnId, string Author, ModelOptions? Options, string? ReplyTo, Asker Asker, DateTimeOffset AskedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Retried = null);

/// <summary>A turn answers the same as an earlier one, whose reply counts no more.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="RetriedTurnId">The earlier one.</param>
/// <param name="Author">The platform's own id of who asked for it.</param>
/// <param name="Origin">Where.</param>
/// <param name="Options">What was asked of the model. Not written when nothing was.</param>
/// <param name="AskedAt">When.</param>
public sealed record TurnRetried(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Guid RetriedTurnId,
    string Author,
    Origin Origin,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ModelOptions? Options,
    DateTimeOffset AskedAt);

/// <summary>Who asked for something that is not answered by a model, and is told what came of it.</summary>
/// <param name="MessageId">The message by which it was asked for.</param>
/// <param name="Origin">Where.</param>
/// <param name="Text">What people are told.</param>
/// <param name="Sent">The message on its platform.</param>
public sealed record Asker(Guid MessageId, Origin Origin, string Text, PlatformMessage? Sent);

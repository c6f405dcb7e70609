using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Ask a model. Answered by <see cref="ReplyGenerated"/> or <see cref="ReplyFailed"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt; results of any other attempt are ignored.</param>
/// <param name="Prompt">What the model is to see.</param>
/// <param name="Options">What the sender asks of the model, if anything.</param>
/// <param name="ReplyTo">The adapter instance that waits for the pieces; null when none does.</param>
/// <param name="Deadline">When the turn ends, answered or not.</param>
/// <param name="Owner">Who is charged for it, as <see cref="Owners"/> names them. Not written when nobody in particular is.</param>
/// <param name="Place">The chat, as a path from the platform down. Not written when it is in none.</param>
/// <param name="Author">Who said what is answered, by the platform's own id. Not written when nobody is known.</param>
public sealed record GenerateReply(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Guid AttemptId,
    PromptReference Prompt,
    ModelOptions? Options,
    string? ReplyTo,
    DateTimeOffset Deadline,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Owner = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Place = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author = null);

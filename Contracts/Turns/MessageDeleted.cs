using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Somebody deleted what was said. From here on models do not see it any more, unless it is kept for them; the log has it all the same.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="MessageId">The message: <see cref="MessageReceived.MessageId"/>.</param>
/// <param name="Origin">Where it was said.</param>
/// <param name="IsAnswerRetracted">Its answer is deleted as well.</param>
/// <param name="DeletedAt">When.</param>
/// <param name="IsKept">Models go on seeing it, as the settings of the place say. Not written when they do not.</param>
public sealed record MessageDeleted(
    Guid ConversationId, Guid MessageId, Origin Origin, bool IsAnswerRetracted, DateTimeOffset DeletedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsKept = false);

/// <summary>Delete the answer to a message that is deleted.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Origin">Where.</param>
public sealed record RetractReply(Guid TurnId, Origin Origin);

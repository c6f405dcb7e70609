using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Stop the turn that is running, or the one named. What the model said so far is kept and marked.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn; null means whichever is running.</param>
/// <param name="Asker">Who asks, and what they are told when nothing is running; null when nobody needs to be told.</param>
public sealed record CancelTurn(
    Guid ConversationId, Guid? TurnId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Asker? Asker = null);

/// <summary>To every process that talks to models: end this attempt, if it is yours.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
public sealed record StopGenerating(Guid TurnId, Guid AttemptId);

/// <summary>A turn was stopped before its model said anything.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="CancelledAt">When.</param>
public sealed record TurnCancelled(Guid ConversationId, Guid SessionId, Guid TurnId, DateTimeOffset CancelledAt);

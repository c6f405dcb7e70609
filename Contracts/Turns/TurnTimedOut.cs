namespace Bus.Contracts;

/// <summary>A conversation waited past the deadline in its row. Published by the sweeper; ignored when it came too late.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn that was waited for.</param>
/// <param name="Deadline">The deadline that passed; one that was moved since makes this event stale.</param>
public sealed record TurnTimedOut(Guid ConversationId, Guid TurnId, DateTimeOffset Deadline);

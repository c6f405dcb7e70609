namespace Bus.Contracts;

/// <summary>A turn began: from here on it ends in a reply or in a visible failure.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session, whose stream keeps the turn.</param>
/// <param name="TurnId">The turn; the id of the message that it answers.</param>
/// <param name="TraceId">The trace code that people are shown: 32 hexadecimal digits.</param>
/// <param name="StartedAt">When.</param>
public sealed record TurnStarted(Guid ConversationId, Guid SessionId, Guid TurnId, string TraceId, DateTimeOffset StartedAt);

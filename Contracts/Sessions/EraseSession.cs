namespace Bus.Contracts;

/// <summary>Remove a session and what was said in it, for good. Answered by <see cref="SessionErased"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
public sealed record EraseSession(Guid ConversationId, Guid SessionId);

/// <summary>A session was removed; this is all that is left of its stream.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="ErasedAt">When.</param>
public sealed record SessionErased(Guid ConversationId, Guid SessionId, DateTimeOffset ErasedAt);

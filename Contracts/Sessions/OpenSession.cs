namespace Bus.Contracts;

/// <summary>Open a session in a conversation before anything is said. Answered by <see cref="SessionStarted"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session to open.</param>
/// <param name="Origin">Where the conversation takes place.</param>
public sealed record OpenSession(Guid ConversationId, Guid SessionId, Origin Origin);

/// <summary>A session began: the first event of its stream.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session; the id of its stream.</param>
/// <param name="Origin">Where the conversation takes place.</param>
/// <param name="StartedAt">When.</param>
public sealed record SessionStarted(Guid ConversationId, Guid SessionId, Origin Origin, DateTimeOffset StartedAt);

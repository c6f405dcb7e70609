namespace Bus.Contracts;

/// <summary>Choose what the model is to see in a turn. Answered by <see cref="ContextBuilt"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session whose stream is read.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="SessionVersion">The version of the stream up to which it is read, this turn's message included.</param>
public sealed record BuildContext(Guid ConversationId, Guid SessionId, Guid TurnId, long SessionVersion);

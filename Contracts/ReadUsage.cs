namespace Bus.Contracts;

/// <summary>Tell what a conversation has taken so far. Answered by <see cref="UsageRead"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
public sealed record ReadUsage(Guid ConversationId);

/// <summary>What a conversation has taken so far, discarded attempts included.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Replies">Attempts with models.</param>
/// <param name="InputTokens">Of all prompts.</param>
/// <param name="OutputTokens">Of all replies.</param>
public sealed record UsageRead(Guid ConversationId, long Replies, long InputTokens, long OutputTokens);

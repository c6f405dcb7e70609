using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Tell what a conversation has taken so far. Answered by <see cref="UsageRead"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
public sealed record ReadUsage(Guid ConversationId);

/// <summary>What a conversation has taken so far, discarded attempts included.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Replies">Attempts with models.</param>
/// <param name="InputTokens">Of all prompts.</param>
/// <param name="OutputTokens">Of all replies.</param>
/// <param name="Cost">What that cost, as far as prices are known. Not written when none is.</param>
/// <param name="Unpriced">Attempts that are not in <paramref name="Cost"/>, because no price of them is known. Not written when there are none.</param>
/// <param name="Currency">The currency of the cost. Not written by whoever knows no prices yet.</param>
public sealed record UsageRead(
    Guid ConversationId,
    long Replies,
    long InputTokens,
    long OutputTokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Cost = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Unpriced = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Currency = null);

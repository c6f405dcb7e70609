using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>A model answered. A reply that somebody stopped is kept as far as it came, and marked.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Text">The whole reply; what there was of it when it was stopped.</param>
/// <param name="Provider">Who served the model.</param>
/// <param name="Model">The model, as the provider names it.</param>
/// <param name="FinishReason">A name of <see cref="FinishReasons"/>, or the provider's own word.</param>
/// <param name="Usage">What it took.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="GeneratedAt">When the reply was complete.</param>
/// <param name="EarlierRuns">
/// How often the model may have been asked for this attempt before, by processes that did not live to tell: what that took is in no
/// usage. Not written when there were none.
/// </param>
/// <param name="IsInLedger">What it took is in the ledger (<see cref="UsageSettled"/>), and counts there. Not written when it is not.</param>
/// <param name="Cost">What it cost, in the base currency. Not written when no price is known.</param>
public sealed record ReplyGenerated(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Guid AttemptId,
    string Text,
    string Provider,
    string Model,
    string FinishReason,
    Usage Usage,
    DateTimeOffset StartedAt,
    DateTimeOffset GeneratedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EarlierRuns = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsInLedger = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Cost = null);

/// <summary>Why a reply ended.</summary>
public static class FinishReasons
{
    /// <summary>It was complete.</summary>
    public const string Stop = "stop";

    /// <summary>The limit of tokens was reached.</summary>
    public const string Length = "length";

    /// <summary>Somebody stopped it.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>Tokens of one attempt.</summary>
/// <param name="InputTokens">Of the prompt.</param>
/// <param name="OutputTokens">Of the reply.</param>
/// <param name="CachedTokens">Those of the prompt that the provider had cached.</param>
/// <param name="ReasoningTokens">Those of the reply that were thinking.</param>
/// <param name="Estimated">True when the provider gave no figures and these are our estimate.</param>
public sealed record Usage(int InputTokens, int OutputTokens, int CachedTokens, int ReasoningTokens, bool Estimated);

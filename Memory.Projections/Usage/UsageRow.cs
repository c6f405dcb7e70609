namespace Bus.Memory.Usage;

/// <summary>What one attempt with a model took; the view <c>llm_usage</c> shows it.</summary>
/// <param name="Id">The place of the attempt's outcome in the log.</param>
/// <param name="SessionId">The session.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Provider">Who served the model.</param>
/// <param name="Model">The model.</param>
/// <param name="Outcome">A name of <see cref="Contracts.TurnOutcomes"/>, or of <see cref="Contracts.DiscardReasons"/> when nobody was shown it.</param>
/// <param name="InputTokens">Of the prompt.</param>
/// <param name="OutputTokens">Of the reply.</param>
/// <param name="CachedTokens">Of the prompt, already known to the provider.</param>
/// <param name="ReasoningTokens">Of the reply, for thinking.</param>
/// <param name="IsEstimated">The provider gave no figures.</param>
/// <param name="Cost">In money; null while the price is not known.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="EndedAt">When it had answered, or failed.</param>
/// <param name="EarlierRuns">How often the model may have been asked before by processes that did not live to tell what that took.</param>
public sealed record UsageRow(
    long Id,
    Guid SessionId,
    Guid ConversationId,
    Guid TurnId,
    Guid AttemptId,
    string Provider,
    string Model,
    string Outcome,
    int InputTokens,
    int OutputTokens,
    int CachedTokens,
    int ReasoningTokens,
    bool IsEstimated,
    decimal? Cost,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    int EarlierRuns);

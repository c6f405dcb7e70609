using System.Text.Json.Serialization;

namespace Bus.Memory.Usage;

/// <summary>What attempts with models took together; what they have in common is there when they were put together by it, and empty where there is none.</summary>
/// <param name="Day">The day, in UTC: <c>2026-03-01</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Provider">Who was asked.</param>
/// <param name="Owner">Whom it was for, as <see cref="Contracts.Owners"/> names them.</param>
/// <param name="Key">The key of ours that it came by.</param>
/// <param name="ProviderKey">The key that the provider was shown.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Place">The chat.</param>
/// <param name="Requests">How often a provider was asked.</param>
/// <param name="Failed">How often nothing came of it: it failed, or the process did not live to tell.</param>
/// <param name="InputTokens">Of the prompts.</param>
/// <param name="OutputTokens">Of the answers.</param>
/// <param name="CachedTokens">Those of the prompts that the provider had cached.</param>
/// <param name="ReasoningTokens">Those of the answers that were thinking.</param>
/// <param name="EstimatedTokens">Those of prompts and answers that nobody has measured.</param>
/// <param name="Cost">In the base currency, as far as prices are known; null when none is.</param>
/// <param name="UnpricedRequests">Requests that took something and are not in the cost, because no price of them is known.</param>
/// <param name="EarlierRuns">How often a model may have been asked besides, before there was a ledger, by processes that did not live to tell.</param>
public sealed record UsageFigures(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Day,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Provider,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Owner,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ProviderKey,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Purpose,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Place,
    long Requests,
    long Failed,
    long InputTokens,
    long OutputTokens,
    long CachedTokens,
    long ReasoningTokens,
    long EstimatedTokens,
    decimal? Cost,
    long UnpricedRequests,
    long EarlierRuns);

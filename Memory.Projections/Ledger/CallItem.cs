using Bus.Contracts;

namespace Bus.Memory.Ledger;

/// <summary>An attempt with a model: who, when, which, how it went and what it took. Never what was said.</summary>
/// <param name="Id">Its place in the list: the newest has the greatest.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="CallId">What it is an attempt of; several when one provider stood in for another.</param>
/// <param name="Number">Which attempt of the call, from 1.</param>
/// <param name="Owner">Whom it was for.</param>
/// <param name="Via">The credential that it came by.</param>
/// <param name="Place">The chat that it was for.</param>
/// <param name="SessionId">The session; null when there was none, or it is erased.</param>
/// <param name="TurnId">The turn; null likewise.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Asked">The model as the caller named it.</param>
/// <param name="Provider">Who was asked.</param>
/// <param name="Model">For which model.</param>
/// <param name="CatalogId">The entry of the catalog.</param>
/// <param name="ProviderKeyId">The key that the provider was shown; only for who may see the usage of all.</param>
/// <param name="ReservedInputTokens">What was put aside for the prompt.</param>
/// <param name="ReservedOutputTokens">What was put aside for the answer.</param>
/// <param name="ReservedCost">What that would have cost.</param>
/// <param name="Outcome"><c>open</c>, then a name of <see cref="AttemptOutcomes"/>.</param>
/// <param name="Basis">How the tokens are known: a name of <see cref="UsageBases"/>.</param>
/// <param name="InputTokens">Of the prompt.</param>
/// <param name="OutputTokens">Of the answer.</param>
/// <param name="CachedTokens">Those of the prompt that the provider had cached.</param>
/// <param name="ReasoningTokens">Those of the answer that were thinking.</param>
/// <param name="Cost">What that cost, in the base currency; null while no price is known.</param>
/// <param name="Price">The price that it was reckoned with.</param>
/// <param name="Failure">Why it failed, a word.</param>
/// <param name="ProviderCallId">What the provider calls it.</param>
/// <param name="ReservedAt">When the model was about to be asked.</param>
/// <param name="FirstPieceAt">When the answer began.</param>
/// <param name="SettledAt">When it was over.</param>
/// <param name="Corrections">How often its figures were corrected later.</param>
internal sealed record CallItem(
    long Id,
    Guid AttemptId,
    Guid CallId,
    int Number,
    string Owner,
    string Via,
    string? Place,
    Guid? SessionId,
    Guid? TurnId,
    string Purpose,
    string Asked,
    string Provider,
    string Model,
    Guid? CatalogId,
    Guid? ProviderKeyId,
    int ReservedInputTokens,
    int ReservedOutputTokens,
    decimal? ReservedCost,
    string Outcome,
    string? Basis,
    int InputTokens,
    int OutputTokens,
    int CachedTokens,
    int ReasoningTokens,
    decimal? Cost,
    PriceOfTheDay? Price,
    string? Failure,
    string? ProviderCallId,
    DateTimeOffset ReservedAt,
    DateTimeOffset? FirstPieceAt,
    DateTimeOffset? SettledAt,
    int Corrections);

using Bus.Contracts;

namespace Bus.Memory.Ledger;

/// <summary>An attempt with a model as the ledger has it; the view <c>llm_calls</c> shows it.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Id">The place of its first event in the log.</param>
/// <param name="StreamId">The stream that its events are in.</param>
/// <param name="CallId">What it is an attempt of.</param>
/// <param name="Number">Which attempt of the call, from 1; 0 as long as nobody has said.</param>
/// <param name="Owner">Whom it was for.</param>
/// <param name="Via">The credential that it came by.</param>
/// <param name="Place">The chat that it was for.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Asked">The model as the caller named it.</param>
/// <param name="Provider">Who was asked.</param>
/// <param name="Model">For which model.</param>
/// <param name="CatalogId">The entry of the catalog.</param>
/// <param name="ProviderKeyId">The key that was used.</param>
/// <param name="ReservedInputTokens">What was put aside for the prompt.</param>
/// <param name="ReservedOutputTokens">What was put aside for the answer.</param>
/// <param name="ReservedCost">What that would have cost.</param>
/// <param name="Outcome"><see cref="Open"/>, then a name of <see cref="AttemptOutcomes"/>.</param>
/// <param name="Basis">How the tokens are known: a name of <see cref="UsageBases"/>.</param>
/// <param name="InputTokens">Of the prompt.</param>
/// <param name="OutputTokens">Of the answer.</param>
/// <param name="CachedTokens">Those of the prompt that the provider had cached.</param>
/// <param name="ReasoningTokens">Those of the answer that were thinking.</param>
/// <param name="Cost">What that cost; null while no price is known.</param>
/// <param name="Price">The price that it was reckoned with.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="ProviderCallId">What the provider calls it.</param>
/// <param name="ReservedAt">When the model was about to be asked.</param>
/// <param name="FirstPieceAt">When the answer began.</param>
/// <param name="SettledAt">When it was over.</param>
/// <param name="Corrections">What was corrected later, in order.</param>
public sealed record LedgerRow(
    Guid AttemptId,
    long Id,
    Guid StreamId,
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
    IReadOnlyList<Guid> Corrections)
{
    /// <summary>The outcome of what is not settled.</summary>
    public const string Open = "open";

    /// <summary>An attempt of which only one event is known, and that tells neither whom it was for nor what was asked.</summary>
    public static LedgerRow Unknown(Guid attempt, long id, Guid stream, DateTimeOffset at) => new(
        attempt, id, stream, attempt, 0, "", "", null, null, null, "", "", "", "", null, null, 0, 0, null,
        Open, null, 0, 0, 0, 0, null, null, null, null, at, null, null, []);

    /// <summary>What it took. No property, since those are columns.</summary>
    public TokenCounts Took() => new(InputTokens, OutputTokens, CachedTokens, ReasoningTokens);

    /// <summary>With other figures.</summary>
    public LedgerRow With(string basis, TokenCounts tokens, decimal? cost, PriceOfTheDay? price) => this with
    {
        Basis = basis,
        InputTokens = tokens.Input,
        OutputTokens = tokens.Output,
        CachedTokens = tokens.Cached,
        ReasoningTokens = tokens.Reasoning,
        Cost = cost,
        Price = price,
    };
}

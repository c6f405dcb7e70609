using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>An attempt is over: what it took stands for what was put aside. One for each <see cref="UsageReserved"/>, never two.</summary>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Outcome">A name of <see cref="AttemptOutcomes"/>.</param>
/// <param name="Basis">How the tokens are known: a name of <see cref="UsageBases"/>.</param>
/// <param name="Tokens">What it took.</param>
/// <param name="Cost">What that cost, in the base currency. Not written when no price is known.</param>
/// <param name="Price">The price of that day. Not written when none is known.</param>
/// <param name="Failure">Why it failed, a word: <c>rate_limit</c>, <c>timeout</c>. Not written when it did not.</param>
/// <param name="ProviderCallId">What the provider calls it. Not written when it said nothing.</param>
/// <param name="FirstPieceAt">When the answer began. Not written when it did not.</param>
/// <param name="SettledAt">When it was over.</param>
public sealed record UsageSettled(
    Guid AttemptId,
    string Outcome,
    string Basis,
    TokenCounts Tokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Cost,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PriceOfTheDay? Price,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ProviderCallId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? FirstPieceAt,
    DateTimeOffset SettledAt);

/// <summary>It became known later what an attempt took, or what it cost.</summary>
/// <param name="CorrectionId">The correction: the same that comes again changes nothing.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Reason">A name of <see cref="CorrectionReasons"/>.</param>
/// <param name="Basis">How the tokens are known now.</param>
/// <param name="Tokens">What it took, all of it: not what is added.</param>
/// <param name="Cost">What that cost, in the base currency. Not written when no price is known.</param>
/// <param name="Price">The price that it was reckoned with. Not written when none is known.</param>
/// <param name="By">Who corrected it, as the audit stream names them.</param>
/// <param name="CorrectedAt">When.</param>
public sealed record UsageCorrected(
    Guid CorrectionId,
    Guid AttemptId,
    string Reason,
    string Basis,
    TokenCounts Tokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Cost,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PriceOfTheDay? Price,
    string By,
    DateTimeOffset CorrectedAt);

/// <summary>Tokens of an attempt.</summary>
/// <param name="Input">Of the prompt.</param>
/// <param name="Output">Of the answer, all choices together.</param>
/// <param name="Cached">Those of the prompt that the provider had cached.</param>
/// <param name="Reasoning">Those of the answer that were thinking.</param>
public sealed record TokenCounts(int Input, int Output, int Cached, int Reasoning)
{
    /// <summary>Nothing was taken.</summary>
    public static readonly TokenCounts None = new(0, 0, 0, 0);
}

/// <summary>What a million tokens cost on a day.</summary>
/// <param name="From">Since when.</param>
/// <param name="Currency">In which currency, as ISO 4217 names it.</param>
/// <param name="Input">Of prompts.</param>
/// <param name="Output">Of answers.</param>
/// <param name="CachedInput">Of prompts, where the provider had them cached; as <paramref name="Input"/> when not written.</param>
/// <param name="Reasoning">Of answers, where they were thinking; as <paramref name="Output"/> when not written.</param>
/// <param name="Rate">What one of the currency is in the base currency.</param>
public sealed record PriceOfTheDay(
    DateTimeOffset From,
    string Currency,
    decimal Input,
    decimal Output,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? CachedInput,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Reasoning,
    decimal Rate);

/// <summary>How an attempt ended.</summary>
public static class AttemptOutcomes
{
    /// <summary>The model answered, to its end.</summary>
    public const string Answered = "answered";

    /// <summary>Whoever asked wanted no more of it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The provider refused, failed, or did not answer in time.</summary>
    public const string Failed = "failed";

    /// <summary>The process that asked did not live to tell.</summary>
    public const string Lost = "lost";

    /// <summary>Nobody was asked: the same request was answered before, and the answer was kept.</summary>
    public const string Cached = "cached";
}

/// <summary>How it is known what an attempt took.</summary>
public static class UsageBases
{
    /// <summary>The provider has said it.</summary>
    public const string Measured = "measured";

    /// <summary>The answer is whole, and its tokens are our estimate.</summary>
    public const string Estimated = "estimated";

    /// <summary>The answer was cut off; what there was of it is our count, and the provider may have counted more.</summary>
    public const string Aborted = "aborted";
}

/// <summary>Why the ledger was corrected.</summary>
public static class CorrectionReasons
{
    /// <summary>The process that asked was taken for dead, and was not.</summary>
    public const string CameBack = "came_back";

    /// <summary>The provider was asked what the call took.</summary>
    public const string Provider = "provider";

    /// <summary>The price was wrong.</summary>
    public const string Repriced = "repriced";
}

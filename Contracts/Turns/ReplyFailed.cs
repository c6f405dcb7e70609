using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>A model did not answer, or not to the end.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Reason">Why, in words for people; never a key, an address with a key, or a stack trace.</param>
/// <param name="PartialText">What came before it failed; empty when nothing came.</param>
/// <param name="Provider">Who was asked.</param>
/// <param name="Model">Which model was asked.</param>
/// <param name="Usage">What it took all the same.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="FailedAt">When it failed.</param>
/// <param name="EarlierRuns">
/// How often the model may have been asked for this attempt before, by processes that did not live to tell: what that took is in no
/// usage. Not written when there were none.
/// </param>
/// <param name="Kind">A name of <see cref="FailureKinds"/>. Not written when it is none of them.</param>
/// <param name="IsInLedger">As <see cref="ReplyGenerated.IsInLedger"/>.</param>
public sealed record ReplyFailed(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Guid AttemptId,
    string Reason,
    string PartialText,
    string Provider,
    string Model,
    Usage Usage,
    DateTimeOffset StartedAt,
    DateTimeOffset FailedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EarlierRuns = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kind = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsInLedger = false);

/// <summary>What went wrong with a model, as far as people need to know; of each there is a text in every language (<c>model_…</c>).</summary>
public static class FailureKinds
{
    /// <summary>No connection could be had.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Too many requests.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>Refused for good.</summary>
    public const string Rejected = "rejected";

    /// <summary>The provider is in trouble.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The answer broke off, or was none that can be read.</summary>
    public const string Broken = "broken";

    /// <summary>The answer had no text.</summary>
    public const string Empty = "empty";

    /// <summary>The answer did not come in time.</summary>
    public const string Late = "late";
}

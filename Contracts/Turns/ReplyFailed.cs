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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EarlierRuns = 0);

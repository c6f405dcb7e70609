using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// What a model said and nobody was shown, because its turn was over or another process had the attempt's result already. Kept for
/// what it took.
/// </summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Reason">A name of <see cref="DiscardReasons"/>.</param>
/// <param name="Text">What there was of the reply; may be empty.</param>
/// <param name="Provider">Who was asked.</param>
/// <param name="Model">Which model was asked.</param>
/// <param name="Usage">What it took.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="EndedAt">When it had answered, or failed.</param>
/// <param name="EarlierRuns">As <see cref="ReplyGenerated.EarlierRuns"/>.</param>
/// <param name="IsInLedger">As <see cref="ReplyGenerated.IsInLedger"/>.</param>
public sealed record ReplyDiscarded(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Guid AttemptId,
    string Reason,
    string Text,
    string Provider,
    string Model,
    Usage Usage,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EarlierRuns = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsInLedger = false);

/// <summary>Why a reply was discarded.</summary>
public static class DiscardReasons
{
    /// <summary>Its turn was over.</summary>
    public const string Late = "late";

    /// <summary>Another process had made the same attempt, and was faster.</summary>
    public const string Repeated = "repeated";

    /// <summary>A reply that nobody is shown.</summary>
    public static ReplyDiscarded Discarded(this ReplyGenerated reply, string reason) => new(
        reply.ConversationId, reply.SessionId, reply.TurnId, reply.AttemptId, reason, reply.Text, reply.Provider, reply.Model, reply.Usage,
        reply.StartedAt, reply.GeneratedAt, reply.EarlierRuns, reply.IsInLedger);

    /// <summary>A failure that nobody is told.</summary>
    public static ReplyDiscarded Discarded(this ReplyFailed failed, string reason) => new(
        failed.ConversationId, failed.SessionId, failed.TurnId, failed.AttemptId, reason, failed.PartialText, failed.Provider, failed.Model, failed.Usage,
        failed.StartedAt, failed.FailedAt, failed.EarlierRuns, failed.IsInLedger);
}

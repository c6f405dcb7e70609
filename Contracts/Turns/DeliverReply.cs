using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Bring a turn's outcome to the people. Answered by <see cref="ReplyDelivered"/>.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Origin">Where to.</param>
/// <param name="Text">What people are shown: the reply, or what went wrong and the trace code.</param>
/// <param name="Outcome">A name of <see cref="TurnOutcomes"/>.</param>
/// <param name="TraceId">The trace code of the turn.</param>
/// <param name="ReplyTo">The adapter instance that waits; null when none does.</param>
/// <param name="Answers">The message that is answered, on its platform. Not written where messages have no id of their own.</param>
/// <param name="Model">Who gave the reply. Not written when no model did.</param>
/// <param name="Usage">What the reply took. Not written when there is none.</param>
/// <param name="FinishReason">Why the reply ended: a name of <see cref="FinishReasons"/>, or the provider's own word. Not written when there is none.</param>
public sealed record DeliverReply(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Origin Origin,
    string Text,
    string Outcome,
    string TraceId,
    string? ReplyTo,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlatformMessage? Answers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FinishReason = null);

/// <summary>How a turn ended.</summary>
public static class TurnOutcomes
{
    /// <summary>The model's reply.</summary>
    public const string Replied = "replied";

    /// <summary>Somebody stopped it; the text is what there was.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It failed; the text says so, with the trace code.</summary>
    public const string Failed = "failed";

    /// <summary>What people are shown who stopped it before there was anything.</summary>
    public const string StoppedNotice = "Stopped.";

    /// <summary>The message is answered together with another; there is nothing to show.</summary>
    public const string Merged = "merged";

    /// <summary>No turn: a command is answered.</summary>
    public const string Told = "told";
}

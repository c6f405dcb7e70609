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
public sealed record DeliverReply(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    Origin Origin,
    string Text,
    string Outcome,
    string TraceId,
    string? ReplyTo);

/// <summary>How a turn ended.</summary>
public static class TurnOutcomes
{
    /// <summary>The model's reply.</summary>
    public const string Replied = "replied";

    /// <summary>Somebody stopped it; the text is what there was.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It failed; the text says so, with the trace code.</summary>
    public const string Failed = "failed";
}

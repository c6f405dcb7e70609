namespace Bus.Memory.TurnTraces;

/// <summary>
/// How a turn went; the view <c>task_traces</c> shows it, and <c>task_trace_events</c> the events of the log between its versions.
/// </summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Number">The place of its message in the log.</param>
/// <param name="SessionId">The session.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TraceId">The trace code; null while the turn has not started.</param>
/// <param name="UserId">Who asked.</param>
/// <param name="Platform">Where.</param>
/// <param name="Status"><c>waiting</c>, <c>running</c>, or a name of <see cref="Contracts.TurnOutcomes"/>.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Provider">Who answered.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="FirstVersion">Its first event in the session's stream.</param>
/// <param name="LastVersion">Its last event so far.</param>
/// <param name="ReceivedAt">When the message was received.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="ContextAt">When the context was built.</param>
/// <param name="GeneratedAt">When the model had answered.</param>
/// <param name="EndedAt">When people had it, or it failed.</param>
public sealed record TurnTraceRow(
    Guid TurnId,
    long Number,
    Guid SessionId,
    Guid ConversationId,
    string? TraceId,
    string UserId,
    string Platform,
    string Status,
    string? Error,
    string? Provider,
    string? Model,
    long FirstVersion,
    long LastVersion,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ContextAt,
    DateTimeOffset? GeneratedAt,
    DateTimeOffset? EndedAt);

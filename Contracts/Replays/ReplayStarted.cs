namespace Bus.Contracts;

/// <summary>A replay began: the first event of its stream. What was said in the session is referenced and never copied.</summary>
/// <param name="ReplayId">The replay; the id of its stream.</param>
/// <param name="SessionId">The session; the stream that all versions here belong to.</param>
/// <param name="SessionVersion">The version up to which the session was read.</param>
/// <param name="Model">The model to ask, as it was asked for; null means the one that answers turns.</param>
/// <param name="Instruction">The system instruction; null means the one that each turn had.</param>
/// <param name="Temperature">0 to 2; null means what each turn had.</param>
/// <param name="Turns">The turns to run again, in order.</param>
/// <param name="StartedAt">When.</param>
public sealed record ReplayStarted(
    Guid ReplayId,
    Guid SessionId,
    long SessionVersion,
    string? Model,
    string? Instruction,
    double? Temperature,
    IReadOnlyList<RecordedTurn> Turns,
    DateTimeOffset StartedAt);

/// <summary>A turn as the session has it, by reference.</summary>
/// <param name="Number">Its place among the turns of the session, from 1.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="MessageVersion">The version of its <see cref="MessageReceived"/>.</param>
/// <param name="ContextVersion">The version of its <see cref="ContextBuilt"/>; null when it ended before.</param>
/// <param name="OutcomeVersion">The version of its <see cref="ReplyGenerated"/>, or of what it ended in without one.</param>
public sealed record RecordedTurn(int Number, Guid TurnId, long MessageVersion, long? ContextVersion, long OutcomeVersion);

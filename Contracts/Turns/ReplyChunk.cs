using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// A streamed piece of a reply, on its way straight from the model to the adapter instance that asked. It may get
/// lost; the finished reply makes good for it.
/// </summary>
/// <param name="TurnId">The turn.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="RunId">The run of the attempt. One whose process died is run again, and its words need not be the same.</param>
/// <param name="Offset">How many UTF-16 code units of the reply came before this piece.</param>
/// <param name="Text">The piece.</param>
public sealed record ReplyChunk(Guid TurnId, Guid AttemptId, Guid RunId, int Offset, string Text);

/// <summary>
/// The outcome of a turn, sent after its last piece to the adapter instance that waits. It may get lost; the log has it.
/// </summary>
/// <param name="TurnId">The turn.</param>
/// <param name="SessionId">The session that keeps the turn.</param>
/// <param name="Text">The whole text that people are shown.</param>
/// <param name="Outcome">A name of <see cref="TurnOutcomes"/>.</param>
/// <param name="TraceId">The trace code of the turn.</param>
/// <param name="Model">Who gave the reply. Not written when no model did.</param>
/// <param name="Usage">What the reply took. Not written when there is none.</param>
/// <param name="FinishReason">Why the reply ended: a name of <see cref="FinishReasons"/>, or the provider's own word. Not written when there is none.</param>
public sealed record TurnEnded(
    Guid TurnId,
    Guid SessionId,
    string Text,
    string Outcome,
    string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FinishReason = null);

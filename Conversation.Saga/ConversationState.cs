using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Conversations;

/// <summary>What a conversation must remember to decide its next step. Everything shown to people comes from the log.</summary>
public sealed class ConversationState : SagaStateMachineInstance, IHaveDeadline, IHaveStream
{
    /// <summary>The conversation.</summary>
    public Guid CorrelationId { get; set; }

    /// <inheritdoc/>
    public string CurrentState { get; set; } = "";

    /// <inheritdoc/>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The session that is open; null when the next message opens one.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>The version of the session's stream.</summary>
    public long SessionVersion { get; set; }

    Guid? IHaveStream.StreamId => SessionId;

    long IHaveStream.StreamVersion
    {
        get => SessionVersion;
        set => SessionVersion = value;
    }

    /// <summary>The turn in progress.</summary>
    public TurnInProgress? Turn { get; set; }

    /// <summary>What arrived meanwhile, in the order in which it was received.</summary>
    public List<WaitingMessage> Waiting { get; set; } = [];

    /// <summary>The last turn of the open session that began: the one that can be answered anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? LastTurnId { get; set; }

    /// <summary>What is to be answered anew as soon as its answer is delivered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitingRetry? Retry { get; set; }

    /// <summary>Whose turns the last ones were, the latest last; forgotten when nothing waits.</summary>
    public List<string> LastAuthors { get; set; } = [];

    /// <summary>The messages that had their place in the order last, the latest last: what follows one of them need not wait for it.</summary>
    public List<Guid> Placed { get; set; } = [];
}

/// <summary>The turn in progress.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Origin">Where its outcome goes.</param>
/// <param name="ReplyTo">The adapter instance that waits for it.</param>
/// <param name="Options">What the sender asked of the model.</param>
/// <param name="Trace">The W3C trace parent of the message that began it.</param>
/// <param name="EndsAt">When it ends, answered or not.</param>
/// <param name="AttemptId">The attempt whose result is waited for.</param>
/// <param name="IsCancelled">Somebody asked to stop it.</param>
/// <param name="Author">Whose message it answers.</param>
/// <param name="Answers">That message on its platform.</param>
/// <param name="IsInterrupted">It was stopped by what the same person said next; nobody needs to be told.</param>
public sealed record TurnInProgress(
    Guid TurnId,
    Origin Origin,
    string? ReplyTo,
    ModelOptions? Options,
    string Trace,
    DateTimeOffset EndsAt,
    Guid? AttemptId = null,
    bool IsCancelled = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlatformMessage? Answers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsInterrupted = false);

/// <summary>A question is to be answered anew whose answer is being delivered.</summary>
/// <param name="Asked">What was asked.</param>
/// <param name="Trace">The W3C trace parent it came with.</param>
public sealed record WaitingRetry(RetryTurn Asked, string Trace);

/// <summary>A message that arrived while a turn was in progress, or before one that it follows.</summary>
/// <param name="Message">The message.</param>
/// <param name="Trace">The W3C trace parent it came with.</param>
/// <param name="HeldUntil">How long it waits at most for the message that it follows; null when it need not.</param>
/// <param name="GathersUntil">How long its sender may say more that is answered together with it; null when it need not wait for that.</param>
/// <param name="Edit">How it was changed while it waited.</param>
public sealed record WaitingMessage(
    MessageReceived Message,
    string Trace,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? HeldUntil = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? GathersUntil = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MessageEdited? Edit = null)
{
    /// <summary>When it need not wait any longer, if nothing else happens; null when it need not now.</summary>
    [JsonIgnore]
    public DateTimeOffset? ReadyAt => HeldUntil > GathersUntil ? HeldUntil : GathersUntil ?? HeldUntil;
}

using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>What the model will see in a turn, by reference to the log, in order.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Prompt">The prompt, by reference.</param>
/// <param name="BuiltAt">When.</param>
public sealed record ContextBuilt(Guid ConversationId, Guid SessionId, Guid TurnId, PromptReference Prompt, DateTimeOffset BuiltAt);

/// <summary>A prompt by reference: read the parts from the log, in order, after the instruction.</summary>
/// <param name="Instruction">The system instruction; empty when there is none.</param>
/// <param name="Parts">The parts, in the order in which the model sees them.</param>
/// <param name="Hash">SHA-256 of the rendered prompt in lower-case hexadecimal digits (<see cref="RenderedPrompt.Hash"/>).</param>
/// <param name="EstimatedTokens">The length of the rendered prompt, estimated.</param>
public sealed record PromptReference(string Instruction, IReadOnlyList<PromptPart> Parts, string Hash, int EstimatedTokens);

/// <summary>One part of a prompt: some events of a stream.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Versions">The versions of the events in it, oldest first.</param>
/// <param name="Quoted">Not the message itself is meant but what it quotes: which of it, counted from 0. Not written where the events are meant.</param>
public sealed record PromptPart(
    Guid StreamId, IReadOnlyList<long> Versions, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<int>? Quoted = null)
{
    /// <summary>What of the part's events a prompt shows: themselves, or what they quote.</summary>
    public IEnumerable<object> Shown(IEnumerable<object> events) => Quoted is null
        ? events
        : events.OfType<MessageReceived>().SelectMany(message => Quoted.Where(at => at < message.Quoted?.Count).Select(at => message.Quoted![at]));
}

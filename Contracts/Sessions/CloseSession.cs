using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// Close a conversation's open session; the next message opens another. Answered by <see cref="SessionClosed"/> or
/// <see cref="NoOpenSession"/>, unless its <see cref="Asker"/> is told.
/// </summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">Only this session; null means whichever is open.</param>
/// <param name="Asker">Who asks, and what they are told, whether a session was open or not; null when the answer goes back to the sender.</param>
public sealed record CloseSession(
    Guid ConversationId, Guid? SessionId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Asker? Asker = null);

/// <summary>A session ended: the last event of its stream.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="ClosedAt">When.</param>
public sealed record SessionClosed(Guid ConversationId, Guid SessionId, DateTimeOffset ClosedAt);

/// <summary>There was no session to close.</summary>
/// <param name="ConversationId">The conversation.</param>
public sealed record NoOpenSession(Guid ConversationId);

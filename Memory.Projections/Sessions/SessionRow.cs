namespace Bus.Memory.Sessions;

/// <summary>A session as people see it in lists; the views <c>chat_sessions</c> and <c>conversations</c> show it.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Number">The place of its first event in the log: a number for clients that want one.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Platform">Where.</param>
/// <param name="Bot">With whom.</param>
/// <param name="ChatId">The platform's own id of the chat.</param>
/// <param name="Thread">The platform's own id of the thread, if there is one.</param>
/// <param name="UserId">Who spoke first; null while nobody has.</param>
/// <param name="Title">The beginning of the first message; empty while there is none.</param>
/// <param name="IsActive">It is open.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="UpdatedAt">When something was last said in it, or it was closed.</param>
/// <param name="ClosedAt">When it ended.</param>
/// <param name="MessageCount">What was said in it, by people and bot.</param>
/// <param name="MessagesSinceSummary">What was said since it was summarized.</param>
/// <param name="Owner">Whose it is, as <see cref="Contracts.Owners"/> names them; null when it is a community's, or nobody has spoken who would tell.</param>
public sealed record SessionRow(
    Guid SessionId,
    long Number,
    Guid ConversationId,
    string Platform,
    string Bot,
    string ChatId,
    string? Thread,
    string? UserId,
    string Title,
    bool IsActive,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ClosedAt,
    int MessageCount,
    int MessagesSinceSummary,
    string? Owner);

namespace Bus.Contracts;

/// <summary>The people have it.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="PlatformMessageIds">The platform's ids of what was sent; empty where there are none.</param>
/// <param name="DeliveredAt">When.</param>
public sealed record ReplyDelivered(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    IReadOnlyList<string> PlatformMessageIds,
    DateTimeOffset DeliveredAt);

using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>The people have it.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="PlatformMessageIds">The platform's ids of what was sent; empty where there are none.</param>
/// <param name="DeliveredAt">When.</param>
/// <param name="PossibleRepeats">
/// How many messages people may see twice: the platform took them, or not, and nobody lived to hear which, so they were sent again and
/// marked. Not written when there are none.
/// </param>
/// <param name="Undelivered">Why people do not have it, or not all of it. Not written when they have.</param>
public sealed record ReplyDelivered(
    Guid ConversationId,
    Guid SessionId,
    Guid TurnId,
    IReadOnlyList<string> PlatformMessageIds,
    DateTimeOffset DeliveredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int PossibleRepeats = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Undelivered = null);

namespace Bus.Contracts;

/// <summary>The platform wants to be left alone for a while: the reply comes later.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Until">Until when.</param>
public sealed record DeliveryDelayed(Guid ConversationId, Guid TurnId, DateTimeOffset Until);

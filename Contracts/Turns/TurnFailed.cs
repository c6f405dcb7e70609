namespace Bus.Contracts;

/// <summary>A turn ended without a reply; people were shown <see cref="Notice"/> instead.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Reason">Why, in words for people.</param>
/// <param name="Notice">What people were shown, with the trace code.</param>
/// <param name="FailedAt">When.</param>
public sealed record TurnFailed(Guid ConversationId, Guid SessionId, Guid TurnId, string Reason, string Notice, DateTimeOffset FailedAt);

namespace Bus.Faults.Chats;

/// <summary>A call to a chat that was to be left alone.</summary>
/// <param name="Chat">The chat.</param>
/// <param name="Method">The call.</param>
/// <param name="Began">When the platform began to refuse calls.</param>
/// <param name="Told">When it had told so.</param>
/// <param name="At">When the call came.</param>
internal sealed record CallTooSoon(long Chat, string Method, DateTimeOffset Began, DateTimeOffset Told, DateTimeOffset At);

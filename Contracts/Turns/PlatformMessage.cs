namespace Bus.Contracts;

/// <summary>A message on its platform.</summary>
/// <param name="Id">The platform's own id of it, unique in its place.</param>
/// <param name="InReplyTo">The platform's own id of the message that it replies to.</param>
/// <param name="Album">The platform's own id of the album that it is a part of.</param>
/// <param name="Language">The language of who sent it, as IETF tag.</param>
public sealed record PlatformMessage(string Id, string? InReplyTo = null, string? Album = null, string? Language = null);

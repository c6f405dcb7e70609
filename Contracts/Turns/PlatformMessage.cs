namespace Bus.Contracts;

/// <summary>A message on its platform.</summary>
/// <param name="Id">The platform's own id of it, unique in its place.</param>
/// <param name="InReplyTo">The platform's own id of the message that it replies to.</param>
/// <param name="Album">The platform's own id of the album that it is a part of.</param>
/// <param name="Language">The language in which its sender is told what no model says, as IETF tag: that set for the place, or theirs.</param>
public sealed record PlatformMessage(string Id, string? InReplyTo = null, string? Album = null, string? Language = null);

namespace Bus.Memory.Transcript;

/// <summary>Something that was said, as people saw it; the view <c>messages</c> shows it.</summary>
/// <param name="Id">Its place in the log: later messages have higher numbers.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn.</param>
/// <param name="Version">Its place in the session's stream.</param>
/// <param name="Role">A name of <see cref="Contracts.Roles"/>.</param>
/// <param name="Content">What was said.</param>
/// <param name="Tokens">Its length: of a reply as the provider counted, of anything else estimated.</param>
/// <param name="CreatedAt">When.</param>
public sealed record TranscriptRow(
    long Id, Guid SessionId, Guid TurnId, long Version, string Role, string Content, int Tokens, DateTimeOffset CreatedAt);

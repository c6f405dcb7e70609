namespace Bus.Events;

/// <summary>A stream with everything that is stored of it, but for the numbers of its events in the whole log.</summary>
/// <param name="Id">The stream.</param>
/// <param name="Type">What kind of stream it is; null when its writer did not say.</param>
/// <param name="CreatedAt">When its row was made.</param>
/// <param name="UpdatedAt">When it was last appended to.</param>
/// <param name="Events">Its events, from version 1; the sequence is 0 where they are not in the log yet.</param>
public sealed record StreamCopy(Guid Id, string? Type, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<RawEvent> Events);

/// <summary>There is another stream of the same id. Nothing was written.</summary>
/// <param name="message">What differs.</param>
public sealed class StreamExistsException(string message) : Exception(message);

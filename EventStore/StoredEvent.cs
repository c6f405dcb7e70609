namespace Bus.Events;

/// <summary>An event and its place in a stream.</summary>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its place in the stream, from 1, without gaps.</param>
/// <param name="Data">The event.</param>
public record StreamEvent(Guid StreamId, long Version, object Data);

/// <summary>An event as the log keeps it.</summary>
/// <param name="Sequence">Its place in the whole log; there are gaps.</param>
/// <param name="Id">The event's own id.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its place in the stream, from 1, without gaps.</param>
/// <param name="Name">The name under which it is kept.</param>
/// <param name="Data">The event.</param>
/// <param name="Timestamp">When it was appended.</param>
public sealed record StoredEvent(long Sequence, Guid Id, Guid StreamId, long Version, string Name, object Data, DateTimeOffset Timestamp)
    : StreamEvent(StreamId, Version, Data);

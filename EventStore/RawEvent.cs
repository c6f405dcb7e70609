namespace Bus.Events;

/// <summary>An event as its row has it, whether this program knows its name or not.</summary>
/// <param name="Sequence">Its place in the whole log; there are gaps.</param>
/// <param name="Id">The event's own id.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its place in the stream, from 1, without gaps.</param>
/// <param name="Name">The name under which it is kept.</param>
/// <param name="DotnetName">The record as .NET names it; null when its writer gave none.</param>
/// <param name="Body">The event as JSON, as PostgreSQL writes it.</param>
/// <param name="Timestamp">When it was appended.</param>
public sealed record RawEvent(
    long Sequence, Guid Id, Guid StreamId, long Version, string Name, string? DotnetName, string Body, DateTimeOffset Timestamp);

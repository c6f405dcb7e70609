namespace Bus.Events;

/// <summary>Somebody else appended to the stream first. Read it again and decide anew.</summary>
/// <param name="message">Which stream, and its versions.</param>
/// <param name="inner">What PostgreSQL said.</param>
public sealed class StreamVersionConflictException(string message, Exception inner) : Exception(message, inner);

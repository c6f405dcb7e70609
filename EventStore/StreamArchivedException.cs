namespace Bus.Events;

/// <summary>The stream is archived: it is not read any more and takes no events.</summary>
/// <param name="message">Which stream.</param>
/// <param name="inner">What PostgreSQL said.</param>
public sealed class StreamArchivedException(string message, Exception inner) : Exception(message, inner);

namespace Bus.Messaging;

/// <summary>Another process has changed the saga first; the message is consumed again with what it is now.</summary>
/// <param name="inner">What PostgreSQL said.</param>
public sealed class SagaConflictException(Exception inner) : Exception("Another process has changed the saga first.", inner);

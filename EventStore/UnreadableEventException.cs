namespace Bus.Events;

/// <summary>The log holds an event that this program cannot read: its name is unknown, or its body is not what the name says.</summary>
/// <param name="message">Which; nothing of the body.</param>
/// <param name="inner">What was wrong with the body.</param>
public sealed class UnreadableEventException(string message, Exception? inner) : InvalidOperationException(message, inner);

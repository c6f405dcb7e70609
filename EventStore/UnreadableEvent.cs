namespace Bus.Events;

/// <summary>Stands for an event that this program cannot read: its name is unknown, or its body is not what the name says.</summary>
/// <param name="Reason">Which, in words for operators; nothing of the body.</param>
public sealed record UnreadableEvent(string Reason);

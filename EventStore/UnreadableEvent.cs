namespace Bus.Events;

/// <summary>Stands for an event that this program cannot read: its name is unknown, or its body is not what the name says.</summary>
/// <param name="Reason">Which, in words for operators; nothing of the body.</param>
/// <param name="StreamType">The kind of its stream, where it was asked for: an event with an unknown name concerns those who read such streams.</param>
public sealed record UnreadableEvent(string Reason, string? StreamType = null);

namespace Bus.Messaging;

/// <summary>
/// Marks a consumer that changes nothing and may run again: it consumes without a unit of work, without a commit, and
/// answers with <see cref="AnswerExtensions.Answer"/>, so that its second answer is dropped by the receiver's inbox.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RepeatableAttribute : Attribute;

namespace Bus.Messaging.Outbox;

/// <summary>The messages that a consumer wrote for a message it consumed.</summary>
internal readonly record struct OutboxKey(Guid InboxMessageId, Guid ConsumerId);

namespace Bus.Contracts;

/// <summary>
/// The names under which events are kept in the log. They are storage format: a name never changes, a new shape gets a
/// new one (<c>message_received_v2</c>). Each is the alias that Marten would give the record by itself.
/// </summary>
public static class EventNames
{
    /// <summary>The record of each stored event, and its name.</summary>
    public static IReadOnlyDictionary<Type, string> All { get; } = new Dictionary<Type, string>
    {
        [typeof(SessionStarted)] = "session_started",
        [typeof(SessionClosed)] = "session_closed",
        [typeof(SessionErased)] = "session_erased",
        [typeof(MessageReceived)] = "message_received",
        [typeof(MessageEdited)] = "message_edited",
        [typeof(MessageDeleted)] = "message_deleted",
        [typeof(MessageDenied)] = "message_denied",
        [typeof(TurnRetried)] = "turn_retried",
        [typeof(TurnStarted)] = "turn_started",
        [typeof(ContextBuilt)] = "context_built",
        [typeof(ReplyGenerated)] = "reply_generated",
        [typeof(ReplyFailed)] = "reply_failed",
        [typeof(ReplyDiscarded)] = "reply_discarded",
        [typeof(ReplyDelivered)] = "reply_delivered",
        [typeof(TurnFailed)] = "turn_failed",
        [typeof(TurnCancelled)] = "turn_cancelled",
        [typeof(ReplayStarted)] = "replay_started",
        [typeof(ReplayTurnStarted)] = "replay_turn_started",
        [typeof(TurnReplayed)] = "turn_replayed",
        [typeof(ReplayTurnFailed)] = "replay_turn_failed",
        [typeof(ReplayFinished)] = "replay_finished",
        [typeof(ReplayErased)] = "replay_erased",
        [typeof(SettingsChanged)] = "settings_changed",
        [typeof(Audited)] = "audited",
        [typeof(UsageReserved)] = "usage_reserved",
        [typeof(UsageSettled)] = "usage_settled",
        [typeof(UsageCorrected)] = "usage_corrected",
    };
}

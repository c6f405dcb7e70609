using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>Which messages may have their turn, and which still wait for one that they follow (docs/decisions/0012).</summary>
internal static class Precedence
{
    /// <summary>More than may come between a message and the one that it follows.</summary>
    private const int MostSeen = 4;

    /// <summary>A message came: those that follow it need not wait for it any more.</summary>
    public static void See(ConversationState saga, Guid messageId)
    {
        saga.Seen.Add(messageId);
        if (saga.Seen.Count > MostSeen)
            saga.Seen.RemoveAt(0);
        saga.Waiting = [.. saga.Waiting.Select(waiting => waiting.Message.After == messageId ? waiting with { IsEarly = false } : waiting)];
    }

    /// <summary>Whether a message follows one that has not come yet.</summary>
    public static bool IsEarly(ConversationState saga, MessageReceived message) => message.After is { } before && !saga.Seen.Contains(before);

    /// <summary>Until when a message waits at most; to the millisecond, as deadlines are.</summary>
    public static DateTimeOffset HeldUntil(WaitingMessage waiting) =>
        DateTimeOffset.FromUnixTimeMilliseconds((waiting.Message.ReceivedAt + TurnSettings.LongestHold).ToUnixTimeMilliseconds());

    /// <summary>What was waited for until a deadline is not waited for any longer.</summary>
    public static void Release(ConversationState saga, DateTimeOffset deadline) =>
        saga.Waiting = [.. saga.Waiting.Select(waiting => HeldUntil(waiting) <= deadline ? waiting with { IsEarly = false } : waiting)];
}

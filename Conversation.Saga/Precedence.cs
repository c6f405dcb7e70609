using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>
/// Which messages have their place in the order of a conversation, and which are held until the one that they follow has its own
/// (docs/decisions/0012).
/// </summary>
internal static class Precedence
{
    /// <summary>A message is held at least so long: longer than any of those that try again waits in between when a server is back.</summary>
    public static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(20);

    /// <summary>More of those whose turn is over may be named by none that is still on its way.</summary>
    private const int MostRemembered = 8;

    /// <summary>Until when a message is held that came before the one that it follows; null when it has its place at once.</summary>
    public static DateTimeOffset? HeldUntil(ConversationState saga, MessageReceived message, DateTimeOffset now)
    {
        if (message.After is not { } before || HasItsPlace(saga, before))
            return null;
        var (least, most) = (now + ShortestHold, message.ReceivedAt + Limits.LongestFollowed);
        // To the millisecond, as deadlines are.
        return DateTimeOffset.FromUnixTimeMilliseconds((least > most ? least : most).ToUnixTimeMilliseconds());
    }

    /// <summary>A message has its place, and with it those that follow it, one after the other.</summary>
    public static void Place(ConversationState saga, Guid messageId)
    {
        var placed = new Queue<Guid>([messageId]);
        while (placed.TryDequeue(out var next))
        {
            Remember(saga.Placed, next);
            foreach (var follower in saga.Waiting.FindAll(waiting => waiting.HeldUntil is not null && waiting.Message.After == next))
            {
                saga.Waiting[saga.Waiting.IndexOf(follower)] = follower with { HeldUntil = null };
                placed.Enqueue(follower.Message.MessageId);
            }
        }
    }

    /// <summary>What was waited for until a deadline is not waited for any longer.</summary>
    public static void Release(ConversationState saga, DateTimeOffset deadline)
    {
        while (saga.Waiting.FindIndex(waiting => waiting.HeldUntil <= deadline) is >= 0 and var place)
        {
            var released = saga.Waiting[place];
            saga.Waiting[place] = released with { HeldUntil = null };
            Place(saga, released.Message.MessageId);
        }
    }

    private static bool HasItsPlace(ConversationState saga, Guid messageId) =>
        saga.Placed.Contains(messageId)
        || saga.Turn?.TurnId == messageId
        || saga.Waiting.Exists(waiting => waiting.HeldUntil is null && waiting.Message.MessageId == messageId);

    private static void Remember(List<Guid> placed, Guid messageId)
    {
        if (placed.Contains(messageId))
            return;
        placed.Add(messageId);
        if (placed.Count > MostRemembered)
            placed.RemoveAt(0);
    }
}

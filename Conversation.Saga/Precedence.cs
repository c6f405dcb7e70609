using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>Which messages may have their turn, and which still wait for one that they follow (docs/decisions/0012).</summary>
internal static class Precedence
{
    /// <summary>More than may come between a message and the one that it follows.</summary>
    private const int MostSeen = 4;

    /// <summary>Remembers that a message came.</summary>
    public static void See(List<Guid> seen, Guid messageId)
    {
        seen.Add(messageId);
        if (seen.Count > MostSeen)
            seen.RemoveAt(0);
    }

    /// <summary>Until when a message waits at most; to the millisecond, as deadlines are.</summary>
    public static DateTimeOffset HeldUntil(WaitingMessage waiting) =>
        DateTimeOffset.FromUnixTimeMilliseconds((waiting.Message.ReceivedAt + TurnSettings.LongestHold).ToUnixTimeMilliseconds());

    /// <summary>Whether a message may have its turn: it follows none, or one that came.</summary>
    public static bool MayStart(MessageReceived message, List<Guid> seen) => message.After is not { } before || seen.Contains(before);

    /// <summary>What was waited for long enough counts as come.</summary>
    public static void Release(List<WaitingMessage> waiting, List<Guid> seen, DateTimeOffset deadline)
    {
        foreach (var held in waiting.Where(held => HeldUntil(held) <= deadline && held.Message.After is not null))
            See(seen, held.Message.After!.Value);
    }
}

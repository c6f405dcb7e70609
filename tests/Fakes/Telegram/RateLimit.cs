namespace Bus.Fakes.Telegram;

/// <summary>About what Telegram lets pass: a message a second in a chat with a few at once, and twenty a minute in a group.</summary>
internal sealed class RateLimit
{
    private const int Burst = 4;
    private const int MostInGroup = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(FakeBot Bot, long Chat), Queue<DateTimeOffset>> past = [];
    private readonly Dictionary<(FakeBot Bot, long Chat), DateTimeOffset> freeAt = [];

    /// <summary>How long the call would have to wait; if it need not, it counts.</summary>
    public TimeSpan? Wait(FakeCall call, DateTimeOffset now)
    {
        if (call.ChatId is not { } chat || !Counts(call.Method))
            return null;
        var key = (call.Bot, chat);
        var free = freeAt.TryGetValue(key, out var known) && known > now ? known : now;
        var wait = free - now - ((Burst - 1) * Second);
        if (wait <= TimeSpan.Zero && chat < 0)
            wait = WaitInGroup(key, now);
        if (wait > TimeSpan.Zero)
            return wait;
        freeAt[key] = free + Second;
        if (chat < 0)
            past[key].Enqueue(now);
        return null;
    }

    private TimeSpan WaitInGroup((FakeBot, long) key, DateTimeOffset now)
    {
        if (!past.TryGetValue(key, out var times))
            past[key] = times = [];
        while (times.TryPeek(out var oldest) && oldest + Minute <= now)
            times.Dequeue();
        return times.Count < MostInGroup ? TimeSpan.Zero : times.Peek() + Minute - now;
    }

    private static bool Counts(string method) =>
        !method.Equals("sendChatAction", StringComparison.OrdinalIgnoreCase) && !method.Equals("sendMessageDraft", StringComparison.OrdinalIgnoreCase)
        && (method.StartsWith("send", StringComparison.OrdinalIgnoreCase) || method.StartsWith("edit", StringComparison.OrdinalIgnoreCase));
}

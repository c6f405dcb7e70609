using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>Which messages are answered together: what one person says within moments, the parts of an album, and what came while the bot was busy.</summary>
internal static class Gathering
{
    /// <summary>The parts of an album come one by one, within moments.</summary>
    public const int AlbumMs = 1000;

    /// <summary>Who goes on and on is answered after so many times what they may take for one more message.</summary>
    private const int MostTimes = 3;

    /// <summary>The message may be followed by more that belongs to it.</summary>
    public static bool Gathers(MessageReceived message) => WindowMs(message) > 0;

    /// <summary>A message that may be followed by more has come: it waits, and those before it that it belongs to wait with it.</summary>
    /// <returns>Until when.</returns>
    public static DateTimeOffset Until(List<WaitingMessage> waiting, MessageReceived message, DateTimeOffset now)
    {
        var window = WindowMs(message);
        var together = waiting.FindAll(other => other.GathersUntil is not null && other.Message.Author == message.Author);
        var first = together.Count == 0 ? now : together.Min(other => other.Message.ReceivedAt);
        var (next, most) = (now.AddMilliseconds(window), first.AddMilliseconds(window * MostTimes));
        var until = ToMilliseconds(next < most ? next : most > now ? most : now);
        foreach (var other in together)
            waiting[waiting.IndexOf(other)] = other with { GathersUntil = until };
        return until;
    }

    /// <summary>The messages whose turn is the same as that of one that need not wait any longer, itself among them, in order.</summary>
    /// <param name="ready">All that need not wait.</param>
    /// <param name="next">The one that is next.</param>
    public static IReadOnlyList<WaitingMessage> With(IReadOnlyList<WaitingMessage> ready, WaitingMessage next) =>
        [.. ready.Where(other => other == next || IsGatheredWith(next, other) || (IsMerged(next) && IsMerged(other)))];

    /// <summary>The parts of each album as one message: the captions, and all that came with them. It is the part that has the caption.</summary>
    public static IReadOnlyList<WaitingMessage> JoinAlbums(IReadOnlyList<WaitingMessage> messages)
    {
        var joined = new List<WaitingMessage>();
        foreach (var message in messages)
        {
            var place = message.Message.Sent?.Album is { } album ? joined.FindIndex(other => other.Message.Sent?.Album == album) : -1;
            if (place < 0)
                joined.Add(message);
            else
                joined[place] = Join(joined[place], message);
        }

        return joined;
    }

    private static WaitingMessage Join(WaitingMessage one, WaitingMessage other)
    {
        var main = one.Message.Text.Length == 0 && other.Message.Text.Length > 0 ? other : one;
        var isListenOnly = one.Message.Handling is { IsListenOnly: true } && other.Message.Handling is { IsListenOnly: true };
        return main with
        {
            Message = main.Message with
            {
                Text = string.Join('\n', new[] { one.Message.Text, other.Message.Text }.Where(text => text.Length > 0)),
                Attachments = [.. one.Message.Attachments ?? [], .. other.Message.Attachments ?? []],
                Handling = (main.Message.Handling ?? new Handling()) with { IsListenOnly = isListenOnly },
            },
        };
    }

    private static int WindowMs(MessageReceived message) =>
        Math.Max(message.Handling?.GatherMs ?? 0, message.Sent?.Album is null ? 0 : AlbumMs);

    private static bool IsGatheredWith(WaitingMessage one, WaitingMessage other) =>
        one.GathersUntil is not null && other.GathersUntil is not null && one.Message.Author == other.Message.Author;

    private static bool IsMerged(WaitingMessage waiting) => waiting.Message.Handling?.WhenBusy == WhenBusy.Merge;

    /// <summary>As deadlines are.</summary>
    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

namespace Bus.Conversations;

/// <summary>
/// Who is next among those who wait in a conversation: whoever was answered longest ago, so that one who says much delays the others
/// by a turn at most. What one person says stays in order.
/// </summary>
internal static class WaitingLine
{
    /// <summary>
    /// How many authors are remembered. One who was forgotten counts as never answered, and among those the oldest message is first; so
    /// nobody waits for ever, however many there are.
    /// </summary>
    public const int MostRemembered = 100;

    /// <summary>Takes a message in, at its place by when it was received.</summary>
    public static void Add(List<WaitingMessage> waiting, WaitingMessage arrived)
    {
        var place = waiting.FindIndex(other => other.Message.ReceivedAt > arrived.Message.ReceivedAt);
        waiting.Insert(place < 0 ? waiting.Count : place, arrived);
    }

    /// <summary>The message whose turn is next.</summary>
    /// <param name="waiting">All that wait, in the order in which they were received; at least one.</param>
    /// <param name="lastAuthors">Who was answered, the latest last.</param>
    public static WaitingMessage Next(IEnumerable<WaitingMessage> waiting, List<string> lastAuthors) =>
        waiting.MinBy(other => lastAuthors.IndexOf(other.Message.Author))!;

    /// <summary>Remembers who is answered now.</summary>
    public static void Answer(List<string> lastAuthors, string author)
    {
        lastAuthors.Remove(author);
        lastAuthors.Add(author);
        if (lastAuthors.Count > MostRemembered)
            lastAuthors.RemoveAt(0);
    }

    /// <summary>The message that goes when there are too many: the newest of the author who has most; of several such, the newest of all.</summary>
    public static WaitingMessage GivesWay(IEnumerable<WaitingMessage> waiting)
    {
        var byAuthor = waiting.GroupBy(other => other.Message.Author, StringComparer.Ordinal).ToList();
        var most = byAuthor.Max(author => author.Count());
        return byAuthor.Where(author => author.Count() == most).Select(author => author.Last()).MaxBy(newest => newest.Message.ReceivedAt)!;
    }
}

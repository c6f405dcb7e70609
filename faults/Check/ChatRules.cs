namespace Bus.Faults.Check;

/// <summary>
/// Who asked in a chat sees the answer there, once. Telegram does not know a message that comes again, so an answer may be there twice: then the log says
/// that it may be, and the second one says so, too. Discord does, and there nothing may be there twice, nor stay unfinished.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="platform">The platform, as the log calls it.</param>
/// <param name="knowsRepeats">The platform knows a message that comes again.</param>
/// <param name="chats">What its chats show.</param>
/// <param name="deliveries">How answers were brought.</param>
internal sealed class ChatRules(Log log, string platform, bool knowsRepeats, IReadOnlyList<ChatShown> chats, IReadOnlyDictionary<Guid, LoggedDelivery> deliveries)
{
    private readonly List<LoggedTurn> turns = [.. log.Turns.Where(turn => turn.Platform == platform && turn.AnsweredIn is null)];

    /// <summary>Answers that people see.</summary>
    public int Shown { get; private set; }

    /// <summary>Messages that say of themselves that they may be there twice.</summary>
    public int Marked { get; private set; }

    /// <summary>Answers that are there more than once.</summary>
    public int Repeated { get; private set; }

    /// <summary>Unfinished answers that stay beside the finished ones.</summary>
    public int LeftBehind { get; private set; }

    /// <summary>Answers for which the conversation did not wait any longer; they came later.</summary>
    public int GivenUp => turns.Count(turn => turn.IsGivenUp);

    /// <summary>What does not hold.</summary>
    public IReadOnlyList<string> Broken()
    {
        (Shown, Marked, Repeated, LeftBehind) = (0, 0, 0, 0);
        var known = chats.ToDictionary(chat => chat.Conversation);
        return
        [
            .. turns.SelectMany(Delivery),
            .. turns.SelectMany(turn => Each(turn, known.TryGetValue(turn.Tag.Conversation, out var chat) ? chat.Messages : [])),
            .. chats.SelectMany(Others),
            .. chats.SelectMany(Beside),
        ];
    }

    /// <summary>What was noted on the way is what the log says.</summary>
    private IEnumerable<string> Delivery(LoggedTurn turn)
    {
        if (!deliveries.TryGetValue(turn.Id, out var delivery))
            yield return $"nobody has noted how the answer to {turn.Tag} was brought";
        else if (!delivery.IsDone)
            yield return $"the answer to {turn.Tag} is still on its way";
        else if (delivery.Undelivered is { } why)
            yield return $"the answer to {turn.Tag} was not brought: {why}";
        else if (turn.Delivered == 0)
            yield return $"the log does not say that people have the answer to {turn.Tag}";
        else if (turn.PossibleRepeats != delivery.PossibleRepeats)
            yield return $"the log says that {turn.PossibleRepeats} messages to {turn.Tag} may be there twice, on the way {delivery.PossibleRepeats} were noted";
        else if (knowsRepeats && turn.PossibleRepeats > 0)
            yield return $"the log says that {turn.PossibleRepeats} messages to {turn.Tag} may be there twice, and that can be known: the answer was begun at {turn.StartedAt:HH:mm:ss}";
    }

    private IEnumerable<string> Each(LoggedTurn turn, IReadOnlyList<ShownMessage> messages)
    {
        if (turn.Shown is not [var text])
            yield break; // said elsewhere
        var found = messages.Where(message => message.Answer == text.Trim()).ToList();
        var (marked, mayRepeat) = (found.Count(message => message.IsMarked), turn.PossibleRepeats > 0);
        (Shown, Marked, Repeated) = (Shown + Math.Min(1, found.Count), Marked + marked, Repeated + (found.Count > 1 ? 1 : 0));
        if (found.Count == 0)
            yield return $"the answer to {turn.Tag} is not in its chat: {text}";
        if (found.Count - marked > 1)
            yield return $"the answer to {turn.Tag} is in its chat {found.Count - marked} times without a mark";
        if (marked > 0 && !mayRepeat)
            yield return $"the answer to {turn.Tag} is marked in its chat, and the log does not say that it may be there twice";
        if (found.Count > 0 && marked == 0 && mayRepeat)
            yield return $"the log says that the answer to {turn.Tag} may be there twice, and nobody in the chat is told";
        if (found.Exists(message => message.HasButton))
            yield return $"the answer to {turn.Tag} is finished and can still be stopped";
        if (found.Exists(message => !message.IsInPlace))
            yield return $"the answer to {turn.Tag} is not in the topic where it was asked";
    }

    /// <summary>Whatever else a bot said is the beginning of an answer, left behind by somebody who did not live to hear its id.</summary>
    private IEnumerable<string> Others(ChatShown chat)
    {
        var ofChat = turns.Where(turn => turn.Tag.Conversation == chat.Conversation).ToList();
        var finished = ofChat.SelectMany(turn => turn.Shown).Select(text => text.Trim()).ToHashSet(StringComparer.Ordinal);
        var mayBeLeft = ofChat.Where(turn => turn.PossibleRepeats > 0 && !knowsRepeats).ToDictionary(turn => turn.Tag, _ => 1);
        foreach (var message in chat.Messages.Where(message => !finished.Contains(message.Answer)))
        {
            LeftBehind++;
            if (MessageTag.In(message.Text) is not { } tag || !mayBeLeft.ContainsKey(tag))
                yield return $"the chat of conversation {chat.Conversation} shows what no answer is: {message.Text}";
            else if (--mayBeLeft[tag] < 0)
                yield return $"{tag} has several unfinished answers in its chat, one more is: {message.Text}";
        }
    }

    /// <summary>What was not said to the bot is heard all the same.</summary>
    private IEnumerable<string> Beside(ChatShown chat) => chat.Beside
        .Where(text => log.Heard.GetValueOrDefault(text) != 1)
        .Select(text => $"what was said beside is in the log {log.Heard.GetValueOrDefault(text)} times: {text}");
}

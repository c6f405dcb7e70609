using Bus.Faults.Talk;

namespace Bus.Faults.Check;

/// <summary>What must hold of every message, whatever happened meanwhile.</summary>
internal sealed class TurnRules(IReadOnlyList<Said> said, Log log)
{
    private readonly ILookup<MessageTag, LoggedTurn> turns = log.Turns.ToLookup(turn => turn.Tag);
    private readonly Dictionary<Guid, LoggedTurn> byId = log.Turns.ToDictionary(turn => turn.Id);

    /// <summary>
    /// Messages that had their turn after one that was said later and that another process took in. Nobody promises the order of those; in a chat it
    /// happens when the right to listen goes to another process. Declared in docs/reliability.md.
    /// </summary>
    public int OvertakenByOthers => Overtakings(turn => (turn.Said.Tag.Conversation, turn.Said.Door)).Count() - Orders().Count();

    /// <summary>What does not hold.</summary>
    public IEnumerable<string> Broken() =>
        [.. log.Faults, .. said.SelectMany(Each), .. log.Turns.SelectMany(Each), .. log.Turns.SelectMany(Together), .. Strangers(), .. Places(), .. Orders()];

    /// <summary>Nothing accepted is missing, nothing is answered twice, and everybody was shown what is kept.</summary>
    private IEnumerable<string> Each(Said message)
    {
        var found = turns[message.Tag].ToList();
        if (found.Count > 1)
            yield return $"{message.Tag} has {found.Count} turns";
        if (found.Count == 0 && message.AcceptedAt is not null)
            yield return $"{message.Tag} was accepted ({message.Status}, {message.Hearing}) and is lost";
        if (message.Hearing is not (Hearing.Answer or Hearing.Failure))
            yield break;
        if (MessageTag.AllIn(message.Text).Any(tag => tag != message.Tag))
            yield return $"{message.Tag} was answered with what belongs to another: {message.Text}";
        if (found is [{ Shown: [var shown] }] && !message.Text.EndsWith(shown, StringComparison.Ordinal))
            yield return $"{message.Tag} was shown '{message.Text}', and '{shown}' is kept";
    }

    private static IEnumerable<string> Each(LoggedTurn turn)
    {
        if (turn.Received != 1)
            yield return $"{turn.Tag} was received {turn.Received} times";
        if (turn.Started > 1)
            yield return $"the turn of {turn.Tag} was started {turn.Started} times";
        if (turn.AnsweredIn is null && turn.Shown.Count != 1)
            yield return $"{turn.Tag} has {turn.Shown.Count} visible outcomes: {string.Join(" | ", turn.Shown)}";
        if (turn.Delivered > 1)
            yield return $"{turn.Tag} was delivered {turn.Delivered} times";
        if (turn.Shown.SelectMany(MessageTag.AllIn).Any(tag => tag != turn.Tag))
            yield return $"{turn.Tag} is answered with what belongs to another: {turn.Shown[0]}";
    }

    /// <summary>What is answered together with another has no turn of its own, and the other has one.</summary>
    private IEnumerable<string> Together(LoggedTurn turn)
    {
        if (turn.AnsweredIn is not { } id)
            yield break;
        if (turn.Started + turn.Shown.Count > 0)
            yield return $"{turn.Tag} is answered together with another, and has a turn of its own";
        if (!byId.TryGetValue(id, out var other) || other.Stream != turn.Stream || other.AnsweredIn is not null)
            yield return $"{turn.Tag} is answered together with what is not there";
    }

    private IEnumerable<string> Strangers()
    {
        var known = said.Select(message => message.Tag).ToHashSet();
        return log.Turns.Where(turn => !known.Contains(turn.Tag)).Select(turn => $"{turn.Tag} is in the log, and nobody said it");
    }

    /// <summary>A stream holds one conversation.</summary>
    private IEnumerable<string> Places() => log.Turns
        .GroupBy(turn => turn.Stream)
        .Where(stream => stream.Select(turn => turn.Tag.Conversation).Distinct().Count() > 1)
        .Select(stream => $"the stream {stream.Key} holds several conversations");

    /// <summary>What was said after something else was accepted by the same process has its turn after it.</summary>
    private IEnumerable<string> Orders() => Overtakings(turn => (turn.Said.Tag.Conversation, turn.Said.Door, turn.Turn.TakenInBy))
        .Select(pair => $"{pair.Overtaken.Tag} had its turn after {pair.Later.Tag}, which was said when it was accepted already; it names {Followed(pair.Later, pair.Overtaken)}");

    private IEnumerable<(LoggedTurn Overtaken, LoggedTurn Later)> Overtakings<T>(Func<(LoggedTurn Turn, Said Said), T> line)
    {
        var messages = said.ToDictionary(message => message.Tag);
        var known = log.Turns.Where(turn => messages.ContainsKey(turn.Tag)).Select(turn => (Turn: turn, Said: messages[turn.Tag]));
        foreach (var turns in known.GroupBy(line))
        {
            // The latest of those that had their turn already.
            (LoggedTurn Turn, Said Said)? latest = null;
            foreach (var turn in turns)
            {
                if (latest is { } later && turn.Said.AcceptedAt < later.Said.SentAt)
                    yield return (turn.Turn, later.Turn);
                if (latest is null || turn.Said.SentAt > latest?.Said.SentAt)
                    latest = turn;
            }
        }
    }

    /// <summary>What tells why the order was not kept: the one that overtook names what it follows, if its process knew of anything.</summary>
    private string Followed(LoggedTurn later, LoggedTurn overtaken) => later.After switch
    {
        null => "nothing",
        { } id when id == overtaken.Id => "the one it overtook",
        { } id => byId.GetValueOrDefault(id)?.Tag.ToString() ?? "what is not there",
    };
}

using Bus.Contracts;
using Bus.Events;

namespace Bus.Llm.Replays;

/// <summary>Which turns of a session a replay runs again.</summary>
internal static class ReplayPlan
{
    /// <summary>The turns wanted, in order; all that have ended when none are named.</summary>
    /// <param name="session">All events of the session.</param>
    /// <param name="wanted">The turns named.</param>
    /// <exception cref="ReplayRefusedException">There is no such session or turn, or it has not ended.</exception>
    public static IReadOnlyList<RecordedTurn> Of(IReadOnlyList<StreamEvent> session, TurnRange? wanted)
    {
        if (session is not [{ Data: SessionStarted }, ..])
            throw new ReplayRefusedException(ReplayFields.Session, "The session does not exist.");

        var turns = Turns(session);
        if (turns.Count == 0)
            throw new ReplayRefusedException(ReplayFields.Turns, "The session has no turns.");
        if (wanted is not null && wanted.Last > turns.Count)
            throw new ReplayRefusedException(ReplayFields.Turns, $"There is no turn {wanted.Last}: the session has {(turns.Count == 1 ? "one" : $"{turns.Count}")}.");

        var asked = wanted is null ? turns : turns[(wanted.First - 1)..wanted.Last];
        // One turn runs at a time, so only the last one can be without an end.
        if (wanted is not null && asked[^1].Outcome is null)
            throw new ReplayRefusedException(ReplayFields.Turns, $"Turn {wanted.Last} is still in progress.");
        var ended = asked.Where(turn => turn.Outcome is not null).ToList();
        return ended.Count > 0
            ? [.. ended.Select(turn => new RecordedTurn(turn.Number, turn.TurnId, turn.Message, turn.Context, turn.Outcome!.Value))]
            : throw new ReplayRefusedException(ReplayFields.Turns, "No turn of the session has ended yet.");
    }

    private static List<Turn> Turns(IReadOnlyList<StreamEvent> session)
    {
        var messages = new Dictionary<Guid, long>();
        var turns = new List<Turn>();
        foreach (var (version, data) in session.Select(stored => (stored.Version, stored.Data)))
        {
            switch (data)
            {
                case MessageReceived message:
                    messages[message.MessageId] = version;
                    break;
                case TurnRetried retried:
                    messages[retried.TurnId] = messages[retried.RetriedTurnId];
                    break;
                case TurnStarted started:
                    turns.Add(new Turn(turns.Count + 1, started.TurnId, messages[started.TurnId]));
                    break;
                case ContextBuilt context:
                    Of(context.TurnId)?.Context = version;
                    break;
                case ReplyGenerated { TurnId: var id }:
                    Of(id)?.Outcome = version;
                    break;
                // A reply that could not be delivered is a reply.
                case TurnFailed { TurnId: var id }:
                    Of(id)?.Outcome ??= version;
                    break;
                case TurnCancelled { TurnId: var id }:
                    Of(id)?.Outcome ??= version;
                    break;
            }
        }

        return turns;

        Turn? Of(Guid turnId) => turns.FindLast(turn => turn.TurnId == turnId);
    }

    private sealed class Turn(int number, Guid turnId, long message)
    {
        public int Number => number;

        public Guid TurnId => turnId;

        public long Message => message;

        public long? Context { get; set; }

        public long? Outcome { get; set; }
    }
}

/// <summary>A session cannot be replayed as asked.</summary>
/// <param name="field">What was asked for wrongly: a name of <see cref="ReplayFields"/>.</param>
/// <param name="reason">Why, in words for people.</param>
internal sealed class ReplayRefusedException(string field, string reason) : Exception(reason)
{
    public string Field { get; } = field;
}

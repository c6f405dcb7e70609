using Bus.Contracts;
using Bus.Messaging;

namespace Bus.Llm.Replays;

/// <summary>
/// The stream of a replay: <c>replay_started</c>, then of each turn its beginning and its outcome, then
/// <c>replay_finished</c>. A turn begins in the commit that ends the one before, so its outcome is never expected at version
/// 1, which is the version of a stream that was erased: what a model says after that finds no place.
/// </summary>
internal static class ReplayStream
{
    public const string Type = "replay";

    /// <summary>Appends to a replay when the unit commits.</summary>
    public static void AppendToReplay(this UnitOfWork unit, Guid replayId, long version, params IReadOnlyList<object> events) =>
        unit.Append(replayId, Type, version, events);

    /// <summary>Removes a replay when the unit commits; one event without content stays in its place.</summary>
    public static void EraseReplay(this UnitOfWork unit, ReplayErased erased)
    {
        unit.Remove(erased.ReplayId);
        unit.AppendToReplay(erased.ReplayId, 0, erased);
    }

    /// <summary>The beginning of a turn.</summary>
    public static ReplayTurnStarted Begin(ReplayStarted replay, RecordedTurn turn, DateTimeOffset now) =>
        new(replay.ReplayId, replay.SessionId, turn.TurnId, turn.Number, now);
}

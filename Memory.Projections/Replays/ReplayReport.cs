using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Replays;

/// <summary>A replay beside the session that it runs again.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Status"><c>running</c> or <c>finished</c>.</param>
/// <param name="Model">The model asked for; null for the one that answers turns.</param>
/// <param name="System">The system instruction; null for the recorded ones.</param>
/// <param name="Temperature">0 to 2; null for what each turn had.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When the last turn was over; null while it runs.</param>
/// <param name="Turns">The turns that are run again, in order.</param>
/// <param name="Totals">Of the turns that were run so far.</param>
public sealed record ReplayReport(
    Guid ReplayId,
    Guid SessionId,
    string Status,
    string? Model,
    string? System,
    double? Temperature,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<TurnReport> Turns,
    ReplayTotals Totals)
{
    /// <summary>The report; null when the session has no such replay, or either is not there any more.</summary>
    public static async Task<ReplayReport?> Read(EventStore log, Guid sessionId, Guid replayId, CancellationToken cancellation)
    {
        var stored = await log.Read(replayId, cancellation: cancellation);
        if (stored is not [{ Data: ReplayStarted replay }, ..] || replay.SessionId != sessionId
            || await log.Read(sessionId, 1, 1, cancellation) is not [{ Data: SessionStarted }])
            return null;

        var versions = replay.Turns.SelectMany(turn => new[] { turn.MessageVersion, turn.OutcomeVersion });
        var session = (await log.ReadVersions(sessionId, [.. versions], cancellation)).ToDictionary(e => e.Version, e => e.Data);
        return Of(replay, stored, session);
    }

    private static ReplayReport Of(ReplayStarted replay, IReadOnlyList<StoredEvent> stored, Dictionary<long, object> session)
    {
        var outcomes = stored.Select(e => e.Data).Where(data => data is TurnReplayed or ReplayTurnFailed)
            .ToDictionary(data => data is TurnReplayed replayed ? replayed.Number : ((ReplayTurnFailed)data).Number);
        var turns = replay.Turns
            .Where(turn => session.ContainsKey(turn.MessageVersion) && session.ContainsKey(turn.OutcomeVersion))
            .Select(turn => TurnReport.Of(
                turn.Number, (MessageReceived)session[turn.MessageVersion], session[turn.OutcomeVersion], outcomes.GetValueOrDefault(turn.Number)))
            .ToList();
        var finished = stored[^1].Data as ReplayFinished;
        return new ReplayReport(
            replay.ReplayId, replay.SessionId, finished is null ? "running" : "finished", replay.Model, replay.Instruction, replay.Temperature,
            replay.StartedAt, finished?.FinishedAt, turns, ReplayTotals.Of(turns));
    }
}

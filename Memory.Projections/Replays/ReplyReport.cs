using Bus.Contracts;
using Tokens = Bus.Contracts.Usage;

namespace Bus.Memory.Replays;

/// <summary>A reply and what it took.</summary>
/// <param name="Text">The whole of it; what came, when it failed.</param>
/// <param name="Error">Why there is no whole reply; null when there is.</param>
/// <param name="Provider">Who served the model; null when nobody was asked.</param>
/// <param name="Model">The model; null when none was asked.</param>
/// <param name="FinishReason">Why it ended; null when it failed.</param>
/// <param name="Tokens">What it took; null when that is not kept.</param>
/// <param name="LatencyMs">From the question to the whole reply, in milliseconds; null when that is not kept.</param>
/// <param name="Cost">In the base currency; null when no price is known.</param>
public sealed record ReplyReport(
    string Text, string? Error, string? Provider, string? Model, string? FinishReason, Tokens? Tokens, long? LatencyMs, decimal? Cost)
{
    /// <summary>The reply in what a turn of a session ended in.</summary>
    public static ReplyReport OfSession(object outcome) => outcome switch
    {
        ReplyGenerated e => new(
            e.Text, null, e.Provider, e.Model, e.FinishReason, e.Usage, Milliseconds(e.StartedAt, e.GeneratedAt), e.Cost ?? Contracts.Cost.Of(e.Provider)),
        TurnFailed e => new("", e.Reason, null, null, null, null, null, null),
        _ => new("", "The turn was stopped.", null, null, null, null, null, null),
    };

    /// <summary>The reply in what a turn of a replay ended in.</summary>
    public static ReplyReport OfReplay(object outcome) => outcome switch
    {
        TurnReplayed e => new(e.Text, null, e.Provider, e.Model, e.FinishReason, e.Usage, Milliseconds(e.StartedAt, e.GeneratedAt), e.Cost),
        ReplayTurnFailed { Provider: "" } e => new("", e.Reason, null, null, null, null, null, e.Cost),
        ReplayTurnFailed e => new(e.PartialText, e.Reason, e.Provider, e.Model, null, e.Usage, Milliseconds(e.StartedAt, e.FailedAt), e.Cost),
        _ => throw new ArgumentException($"{outcome.GetType()} ends no turn of a replay.", nameof(outcome)),
    };

    private static long Milliseconds(DateTimeOffset from, DateTimeOffset to) => (long)(to - from).TotalMilliseconds;
}

/// <summary>What the turns of a replay took that were run so far, and what the same turns took in the session.</summary>
/// <param name="Turns">How many were run.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Same">How many replies are the same.</param>
/// <param name="Original">What they took in the session.</param>
/// <param name="Replayed">What they took in the replay.</param>
public sealed record ReplayTotals(int Turns, int Failed, int Same, SideTotals Original, SideTotals Replayed)
{
    /// <summary>Adds up what was run.</summary>
    public static ReplayTotals Of(IEnumerable<TurnReport> turns)
    {
        var run = turns.Where(turn => turn.Replayed is not null).ToList();
        return new(
            run.Count, run.Count(turn => turn.Replayed!.Error is not null), run.Count(turn => turn.Same == true),
            SideTotals.Of([.. run.Select(turn => turn.Original)]), SideTotals.Of([.. run.Select(turn => turn.Replayed!)]));
    }
}

/// <summary>What some replies took together.</summary>
/// <param name="InputTokens">Of the prompts.</param>
/// <param name="OutputTokens">Of the replies.</param>
/// <param name="LatencyMs">Together, in milliseconds.</param>
/// <param name="Cost">In the base currency; null when a price is not known.</param>
public sealed record SideTotals(long InputTokens, long OutputTokens, long LatencyMs, decimal? Cost)
{
    /// <summary>Adds up.</summary>
    public static SideTotals Of(IReadOnlyCollection<ReplyReport> replies) => new(
        replies.Sum(reply => (long)(reply.Tokens?.InputTokens ?? 0)),
        replies.Sum(reply => (long)(reply.Tokens?.OutputTokens ?? 0)),
        replies.Sum(reply => reply.LatencyMs ?? 0),
        replies.All(reply => reply.Cost is not null) ? replies.Sum(reply => reply.Cost) : null);
}

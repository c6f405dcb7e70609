using System.Globalization;
using System.Text.RegularExpressions;
using Bus.Faults.Plan;
using Bus.Faults.Provider;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>What the log says that the models took is what the provider counted.</summary>
internal sealed partial class UsageRules(
    IReadOnlyCollection<ProviderCall> calls, Log log, IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> brokerEnds, IReadOnlyCollection<Happened> faults)
{
    /// <summary>From the end of a call until its process has committed what becomes of it.</summary>
    private static readonly TimeSpan UntilKept = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, ProviderCall> byNumber = calls.ToDictionary(call => call.Number);

    /// <summary>Calls of processes that did not live to tell: the log says of their attempts that there may be such calls.</summary>
    public int Untold { get; private set; }

    /// <summary>Tokens of the replies, as both have counted them.</summary>
    public long Tokens { get; private set; }

    /// <summary>What does not hold between the log and the provider.</summary>
    public IReadOnlyList<string> Broken() =>
        [.. log.Turns.SelectMany(turn => turn.Attempts.SelectMany(attempt => Each(turn, attempt))), .. Counts()];

    /// <summary>What does not hold between the log and the projection that adds up.</summary>
    public async Task<IReadOnlyList<string>> Broken(NpgsqlDataSource database)
    {
        var projected = await Projected(database);
        var told = log.Turns.SelectMany(turn => turn.Attempts).Where(attempt => !attempt.IsInLedger).Sum(attempt => (long)attempt.InputTokens + attempt.OutputTokens);
        var kept = told + log.Spent;
        return projected == kept ? [] : [$"the log has {kept} tokens, llm_usage has {projected}"];
    }

    /// <summary>A reply names the call that gave it.</summary>
    private IEnumerable<string> Each(LoggedTurn turn, LoggedAttempt attempt)
    {
        if (!attempt.IsReply)
            yield break;
        if (NumberIn(attempt.Text) is not { } number || !byNumber.TryGetValue(number, out var call))
            yield return $"{turn.Tag} has a reply that the provider never gave: {attempt.Text}";
        else if (call.Asked != turn.Tag)
            yield return $"{turn.Tag} has the reply to {call.Asked}";
        else if (attempt.IsEstimated || (attempt.InputTokens, attempt.OutputTokens) != (call.InputTokens, call.OutputTokens))
            yield return $"{turn.Tag}: the log has {attempt.InputTokens} + {attempt.OutputTokens} tokens, the provider {call.InputTokens} + {call.OutputTokens}";
        else
            Tokens += call.InputTokens + call.OutputTokens;
    }

    /// <summary>As many calls as attempts; of what is more the log must know.</summary>
    private IEnumerable<string> Counts()
    {
        var turns = log.Turns.ToLookup(turn => turn.Tag);
        foreach (var asked in calls.GroupBy(call => call.Asked))
        {
            var attempts = turns[asked.Key].SelectMany(turn => turn.Attempts).ToList();
            var untold = asked.Count() - attempts.Count;
            Untold += Math.Max(0, untold);
            if (untold - CutAfterwards(asked, attempts) > attempts.Sum(attempt => attempt.EarlierRuns) && !IsForgotten(turns[asked.Key], asked.Max(call => call.EndedAt)))
                yield return $"the model was asked for {asked.Key} in calls {string.Join(", ", asked.Select(call => $"{call.Number} by {call.Process} from {call.At:HH:mm:ss.fff} to {call.EndedAt:HH:mm:ss.fff} ({call.Trouble}{(call.IsComplete ? "" : ", cut")})"))}, and the log tells of {attempts.Count} and {attempts.Sum(attempt => attempt.EarlierRuns)} more at most";
        }
    }

    /// <summary>
    /// Calls for a second copy of a message, begun after the one that answered it and cut off with their process or its connection: when that copy comes
    /// again, it is found to be answered. Declared in docs/reliability.md.
    /// </summary>
    private int CutAfterwards(IEnumerable<ProviderCall> asked, IReadOnlyCollection<LoggedAttempt> attempts)
    {
        var answered = attempts.Where(attempt => attempt.IsReply).Select(attempt => NumberIn(attempt.Text) ?? 0).DefaultIfEmpty(int.MaxValue).Max();
        return asked.Count(call => call.Number > answered ? !call.IsComplete || IsCutOff(call) : IsCutOff(call) && asked.Any(other => Outlived(other, call)));
    }

    /// <summary>It is not what came again of the other: it was there before the other was cut off, and still when it was.</summary>
    private static bool Outlived(ProviderCall call, ProviderCall other) => call != other && call.At < other.EndedAt && call.EndedAt >= other.EndedAt;

    /// <summary>The provider has sent it all, and its process did not live to commit that, or was told to give it up when it lost the broker.</summary>
    private bool IsCutOff(ProviderCall call) => faults.Any(fault => fault.From <= call.EndedAt + UntilKept && fault.Until >= call.At
        && !fault.Name.Contains("PostgreSQL", StringComparison.Ordinal) // that is waited for
        && (fault.Target == call.Process || (fault.Target.StartsWith("llm", StringComparison.Ordinal) && fault.Name.Contains("both", StringComparison.Ordinal))));

    /// <summary>
    /// A broker that ended since the turn began forgets what it had given to whom: what comes again then does not say so. Declared in
    /// docs/reliability.md.
    /// </summary>
    private bool IsForgotten(IEnumerable<LoggedTurn> turns, DateTimeOffset lastCall) =>
        turns.Any(turn => brokerEnds.Any(end => end.Until >= turn.StartedAt && end.From <= lastCall));

    private static async Task<long> Projected(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select coalesce(sum(input_tokens + output_tokens), 0)::bigint from llm_usage");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The call that a reply names; null when it names none.</summary>
    private static int? NumberIn(string reply) =>
        CallNumber().Match(reply) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"call (\d+):")]
    private static partial Regex CallNumber();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Bus.Faults.Provider;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>What the ledger says that the models took is what the provider counted.</summary>
internal sealed partial class UsageRules(IReadOnlyCollection<ProviderCall> calls, Log log)
{
    private readonly Dictionary<int, ProviderCall> byNumber = calls.ToDictionary(call => call.Number);

    /// <summary>Tokens that both have counted alike.</summary>
    public long Tokens { get; private set; }

    /// <summary>Answers that went out to their end, and of which the ledger has no more than an estimate: nobody lived, or was left, to take them in.</summary>
    public int NotTakenIn { get; private set; }

    /// <summary>How many attempts the ledger has as lost with their process.</summary>
    public int Lost => log.Calls.Values.Count(call => call.Outcome == "lost");

    /// <summary>What does not hold between the log and the provider.</summary>
    public IReadOnlyList<string> Broken() =>
    [
        .. log.Calls.Where(call => call.Value is not { Reserved: 1, Settled: 1 }).Select(call => $"attempt {call.Key} is {call.Value.Reserved} times in the ledger, and {call.Value.Settled} times settled"),
        .. calls.SelectMany(Each),
        .. NeverAsked(),
        .. log.Turns.SelectMany(turn => turn.Attempts.SelectMany(attempt => Each(turn, attempt))),
    ];

    /// <summary>What does not hold between the log and the projection that adds up.</summary>
    public async Task<IReadOnlyList<string>> Broken(NpgsqlDataSource database)
    {
        var projected = await Projected(database);
        var told = log.Turns.SelectMany(turn => turn.Attempts).Where(attempt => !attempt.IsInLedger).Sum(attempt => (long)attempt.InputTokens + attempt.OutputTokens);
        var kept = told + log.Calls.Values.Sum(call => call.Input + call.Output);
        return projected == kept ? [] : [$"the log has {kept} tokens, llm_usage has {projected}"];
    }

    /// <summary>
    /// Every call is in the ledger. Where that says that the provider has told what it took, it is that, to the token; where it says less, the answer was cut off,
    /// or nobody was left to take it in.
    /// </summary>
    private IEnumerable<string> Each(ProviderCall call)
    {
        if (!log.Calls.TryGetValue(call.Attempt, out var kept))
        {
            yield return $"{Text(call)} is not in the ledger";
        }
        else if (kept.IsMeasured)
        {
            var took = call.IsComplete ? (call.InputTokens, call.OutputTokens) : (0, 0);
            if ((kept.Input, kept.Output) != took)
                yield return $"{Text(call)} took {took.Item1} + {took.Item2} tokens, the ledger says: {kept}";
            else
                Tokens += took.Item1 + took.Item2;
        }
        else if (call.IsComplete)
        {
            NotTakenIn++;
            // A process that stood still finds the time over that it gives a provider.
            if (!(kept.Outcome is "lost" or "cancelled" || kept is { Outcome: "answered", Basis: "estimated" } or { Outcome: "failed", Failure: "timeout" }))
                yield return $"{Text(call)} came to its end, the ledger says: {kept}";
        }
        else if (call.IsRefused)
        {
            yield return $"{Text(call)} was refused, the ledger says: {kept}";
        }
    }

    /// <summary>What no provider was asked for has no answer and no figures of a provider's.</summary>
    private IEnumerable<string> NeverAsked()
    {
        var asked = calls.Select(call => call.Attempt).ToHashSet();
        return log.Calls.Where(call => !asked.Contains(call.Key) && (call.Value.Outcome == "answered" || call.Value.Output > 0 || (call.Value.IsMeasured && call.Value.Input > 0)))
            .Select(call => $"attempt {call.Key} never came to the provider, the ledger says: {call.Value}");
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
        else if (!attempt.IsInLedger)
            yield return $"{turn.Tag} has a reply of which it is not said that it is in the ledger";
        else if (!attempt.IsEstimated && (attempt.InputTokens, attempt.OutputTokens) != (call.InputTokens, call.OutputTokens))
            yield return $"{turn.Tag}: the log has {attempt.InputTokens} + {attempt.OutputTokens} tokens, the provider {call.InputTokens} + {call.OutputTokens}";
        else if (log.Calls.GetValueOrDefault(call.Attempt) is { } kept && kept.IsMeasured == attempt.IsEstimated)
            yield return $"{turn.Tag} has a reply that is {(attempt.IsEstimated ? "estimated" : "measured")}, the ledger says: {kept}";
    }

    private static string Text(ProviderCall call) =>
        $"call {call.Number} for {call.Asked} ({call.Trouble}{(call.IsComplete ? "" : ", cut")}) from {call.At:HH:mm:ss.fff} to {call.EndedAt:HH:mm:ss.fff}, attempt {call.Attempt},";

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

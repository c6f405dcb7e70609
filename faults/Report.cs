using Bus.Faults.Check;
using Bus.Faults.Talk;

namespace Bus.Faults;

/// <summary>Checks what was promised, and prints what happened and what did not hold.</summary>
internal sealed class Report(
    FaultOptions options, IReadOnlyDictionary<string, int> faults, int repeated, IReadOnlyList<Said> said, SystemUnderTest system)
{
    private const int MostShown = 30;

    /// <summary>Of the bus, of what goes past it, and one that is just being replaced.</summary>
    private const int MostConnections = 3;

    /// <returns>The exit code.</returns>
    public async Task<int> Check(IReadOnlyList<string> left, IReadOnlyList<Talker> talkers)
    {
        var log = await Log.Read(system.Database);
        var usage = new UsageRules(system.Provider.Calls, log, system.Rabbit.Ends);
        var broken = new TurnRules(said, log).Broken().ToList();
        if (options.WithoutInbox)
            return Control(broken);
        broken.InsertRange(0,
        [
            .. left,
            .. system.Processes.Where(process => process.EndedByItself > 0).Select(process => $"{process.Name} ended by itself, or not when asked: {process.EndedByItself} times"),
            .. system.Processes.Where(process => process.Rabbit.Connections > MostConnections).Select(process => $"{process.Name} has {process.Rabbit.Connections} connections to the broker"),
            .. system.Provider.MixedPrompts.Select(prompt => $"a prompt of several conversations, asking: {prompt}"),
            .. usage.Broken(),
            .. await usage.Broken(system.Database),
            .. await HistoryRules.Broken(log, talkers, system.Doors[0].Port, system.Database),
            .. await ProjectionRules.Broken(system.Place, system.Database),
        ]);
        Print(log, usage);
        return Verdict(broken);
    }

    private void Print(Log log, UsageRules usage)
    {
        foreach (var (name, count) in faults.OrderBy(fault => fault.Key, StringComparer.Ordinal))
            Console.WriteLine($"  {count,4} x {name}");
        Console.WriteLine($"  {repeated,4} messages on the bus sent a second time");
        var replied = log.Turns.Count(turn => turn.Attempts.Exists(attempt => attempt.IsReply));
        Console.WriteLine($"messages: {said.Count} said; {said.Count(m => m.AcceptedAt is not null)} known to be accepted; heard: "
            + string.Join(", ", said.GroupBy(m => m.Hearing).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}")));
        Console.WriteLine($"turns: {log.Turns.Count}; {replied} replies, {log.Turns.Count - replied} visible failures");
        foreach (var reason in log.Turns.Where(turn => !turn.Attempts.Exists(a => a.IsReply)).SelectMany(turn => turn.Shown).GroupBy(Reason).OrderByDescending(group => group.Count()))
            Console.WriteLine($"  {reason.Count(),4} x {reason.Key}");
        Console.WriteLine($"model calls: {system.Provider.Calls.Count}; {usage.Tokens} tokens of replies counted alike by log and provider; {usage.Untold} calls whose process did not live to tell");
    }

    private int Verdict(List<string> broken)
    {
        foreach (var finding in broken.Take(MostShown))
            Console.WriteLine($"BROKEN {finding}");
        if (broken.Count > MostShown)
            Console.WriteLine($"BROKEN and {broken.Count - MostShown} more");
        Console.WriteLine(broken.Count == 0 ? $"Everything held (seed {options.Seed})." : $"{broken.Count} promises broken (seed {options.Seed}).");
        return broken.Count == 0 ? 0 : 1;
    }

    /// <summary>Only messages that were answered twice show that the checker sees what the inbox prevents.</summary>
    private static int Control(List<string> broken)
    {
        var twice = broken.Where(finding => finding.Contains("visible outcomes", StringComparison.Ordinal)).ToList();
        foreach (var finding in twice.Take(3))
            Console.WriteLine($"as it should be: {finding}");
        Console.WriteLine(twice.Count > 0 ? $"The control was caught: {twice.Count} messages were answered twice." : "THE CONTROL WAS NOT CAUGHT: the checker sees nothing.");
        return twice.Count > 0 ? 0 : 1;
    }

    /// <summary>The notice without the trace code and what there was of the answer.</summary>
    private static string Reason(string notice)
    {
        var begin = notice.IndexOf("Sorry", StringComparison.Ordinal);
        var end = notice.IndexOf(" (trace code", StringComparison.Ordinal);
        return begin >= 0 && end > begin ? notice[begin..end] : notice;
    }
}

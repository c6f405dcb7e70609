using Bus.Faults.Check;
using Bus.Faults.Plan;
using Bus.Faults.Talk;

namespace Bus.Faults;

/// <summary>Checks what was promised, and prints what happened and what did not hold.</summary>
internal sealed class Report(
    FaultOptions options, IReadOnlyCollection<Happened> faults, int repeated, IReadOnlyList<Said> said, SystemUnderTest system)
{
    private const int MostShown = 30;

    /// <summary>Of the bus, of what goes past it, and one that is just being replaced.</summary>
    private const int MostConnections = 3;

    /// <returns>The exit code.</returns>
    public async Task<int> Check(IReadOnlyList<string> left, IReadOnlyList<ITalker> talkers)
    {
        var log = await Log.Read(system.Database);
        var usage = new UsageRules(system.Provider.Calls, log);
        var rules = new TurnRules(said, log);
        var broken = rules.Broken().ToList();
        if (options.WithoutInbox)
            return Control(broken);
        var deliveries = await LoggedDelivery.Read(system.Database);
        var telegram = (Chats: new ChatRules(log, "telegram", knowsRepeats: false, Shown(talkers, "Telegram"), deliveries), Calls: new CallRules(system.Telegram.Conflicts(), system.Telegram.CallsTooSoon(), faults, Ends()));
        var discord = (Chats: new ChatRules(log, "discord", knowsRepeats: true, Shown(talkers, "Discord"), deliveries), Calls: new CallRules([], system.Discord.CallsTooSoon(), faults, Ends()));
        broken.InsertRange(0,
        [
            .. left,
            .. system.Processes.Where(process => process.EndedByItself > 0).Select(process => $"{process.Name} ended by itself, or not when asked: {process.EndedByItself} times"),
            .. system.Processes.Where(process => process.Rabbit.Connections > MostConnections).Select(process => $"{process.Name} has {process.Rabbit.Connections} connections to the broker"),
            .. system.Provider.MixedPrompts.Select(prompt => $"a prompt of several conversations, asking: {prompt}"),
            .. usage.Broken(),
            .. await usage.Broken(system.Database),
            .. await HistoryRules.Broken(log, [.. talkers.OfType<Talker>()], system.Doors[0].Port, system.Database),
            .. telegram.Chats.Broken(),
            .. telegram.Calls.Broken(),
            .. discord.Chats.Broken(),
            .. discord.Calls.Broken(),
            .. await ProjectionRules.Broken(system.Place, system.Database),
        ]);
        Print(log, usage, rules);
        PrintTelegram(telegram.Chats, telegram.Calls);
        PrintDiscord(discord.Chats, discord.Calls, log);
        if (broken.Count > 0)
            await Evidence.Keep(system);
        return Verdict(broken);
    }

    private static List<ChatShown> Shown(IEnumerable<ITalker> talkers, string platform) =>
        [.. talkers.OfType<ChatTalker>().Where(talker => talker.Chat.Platform == platform).Select(ChatShown.Of)];

    private Dictionary<string, DateTimeOffset> Ends() => system.Doors.SelectMany(process => process.Ends).ToDictionary(end => end.Key, end => end.Value);

    private void Print(Log log, UsageRules usage, TurnRules rules)
    {
        foreach (var kind in faults.GroupBy(fault => fault.Name).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            Console.WriteLine($"  {kind.Count(),4} x {kind.Key}");
        Console.WriteLine($"  {repeated,4} messages on the bus sent a second time");
        var own = log.Turns.Where(turn => turn.AnsweredIn is null).ToList();
        var replied = own.Count(turn => turn.Attempts.Exists(attempt => attempt.IsReply));
        Console.WriteLine($"messages: {said.Count} said; {said.Count(m => m.AcceptedAt is not null)} known to be accepted; heard: "
            + string.Join(", ", said.GroupBy(m => m.Hearing).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}")));
        Console.WriteLine($"turns: {own.Count}; {replied} replies, {own.Count - replied} visible failures; {log.Turns.Count - own.Count} messages answered together with the next; {rules.OvertakenByOthers} had their turn after a later one that another process took in");
        foreach (var reason in own.Where(turn => !turn.Attempts.Exists(a => a.IsReply)).SelectMany(turn => turn.Shown).GroupBy(Reason).OrderByDescending(group => group.Count()))
            Console.WriteLine($"  {reason.Count(),4} x {reason.Key}");
        Console.WriteLine($"model calls: {system.Provider.Calls.Count}; {usage.Tokens} tokens counted alike by ledger and provider; {usage.NotTakenIn} whole answers that nobody lived, or was left, to take in; {log.Calls.Count} attempts in the ledger, {usage.Lost} of them lost with their process");
    }

    private void PrintTelegram(ChatRules chats, CallRules calls)
    {
        var (telegram, conflicts) = (system.Telegram, system.Telegram.Conflicts().Count);
        Console.WriteLine($"Telegram: {said.Count(m => m.Door == "Telegram")} messages said; {chats.Shown} answers shown; {chats.Marked} marked as possibly sent twice, {chats.Repeated} of them there twice; "
            + $"{chats.LeftBehind} unfinished ones left behind; {chats.GivenUp} brought later than the conversation waited");
        Console.WriteLine($"  {telegram.Count} calls; {telegram.Windows} times a chat was to be left alone, {telegram.CallsInsideWindows} calls to it meanwhile, {calls.InFlight} of them made before it could be known; "
            + $"{conflicts} polls ended by another, {conflicts - calls.Unheard} heard of it");
    }

    private void PrintDiscord(ChatRules chats, CallRules calls, Log log)
    {
        var (discord, tooSoon) = (system.Discord, system.Discord.CallsTooSoon().Count);
        var (begun, goneOn, lost, mostAtOnce) = discord.Sessions;
        Console.WriteLine($"Discord: {said.Count(m => m.Door == "Discord")} messages said, {log.Late} of all that were heard taken in late; {chats.Shown} answers shown; {chats.Marked} marked as possibly sent twice, "
            + $"{chats.Repeated} there twice; {chats.LeftBehind} unfinished ones left behind; {chats.GivenUp} brought later than the conversation waited");
        Console.WriteLine($"  {discord.Count} calls; {discord.Windows} times it was to be left alone, {tooSoon} calls to it meanwhile, {calls.InFlight} of them made before it could be known; "
            + $"{begun} sessions begun, {goneOn} times gone on with, {lost} times in vain; at most {mostAtOnce} connections at a time");
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

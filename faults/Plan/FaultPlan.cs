using Bus.Faults.Chats;
using Bus.Faults.Processes;
using Bus.Faults.Provider;
using Bus.Faults.Servers;

namespace Bus.Faults.Plan;

/// <summary>
/// Which faults happen, when, and to whom: the same seed gives the same plan. The kinds are dealt from a shuffled deck, so each
/// comes once before any comes again.
/// </summary>
internal sealed class FaultPlan(SystemUnderTest system, int seed, TimeSpan length)
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(5);

    private readonly Random random = new(seed);

    /// <summary>The faults, in their order.</summary>
    public IEnumerable<Fault> Faults()
    {
        var deck = new Queue<Func<Fault>>();
        for (var at = TimeSpan.Zero; ;)
        {
            if (deck.Count == 0)
            {
                var kinds = Kinds().ToArray();
                random.Shuffle(kinds);
                deck = new Queue<Func<Fault>>(kinds);
            }

            var fault = deck.Dequeue()();
            at += fault.After;
            if (at > length)
                yield break;
            yield return fault;
        }
    }

    private IEnumerable<Func<Fault>> Kinds()
    {
        foreach (var role in SystemUnderTest.Roles)
        {
            yield return () => Process("kill -9", OneOf(role), Seconds(0.5, 4), p => p.Kill(), Restart);
            yield return () => Process("SIGSTOP", OneOf(role), Pause(), p => p.Pause(), p => p.Resume());
            yield return () => Process("SIGTERM", OneOf(role), Seconds(0.2, 2), p => p.Terminate(), Restart);
            yield return () => KillBoth(role);
        }

        yield return () => Server("kill -9", system.Rabbit, s => s.End("KILL"));
        yield return () => Server("stop", system.Rabbit, s => s.End("TERM"));
        yield return () => Fault("SIGSTOP", system.Rabbit.Name, Seconds(1, 6), system.Rabbit.Pause, system.Rabbit.Resume);
        yield return () => Server("immediate stop", system.Postgres, s => s.End("QUIT"));
        yield return () => Server("kill -9", system.Postgres, s => s.End("KILL"));
        yield return () => Server("fast stop", system.Postgres, s => s.End("INT"));
        yield return () => Fault("refuses what is written", system.Postgres.Name, Seconds(2, 4), () => Writes.Refuse(system.Database), () => Writes.Allow(system.Database));
        yield return () => Fault("connections cut", system.Postgres.Name, TimeSpan.Zero, PostgresServer.CutConnections, Nothing);
        foreach (var role in SystemUnderTest.Roles)
        {
            yield return () => Network("PostgreSQL black-holed", OneOf(role), Pause(), p => p.Postgres.Swallow(), p => p.Postgres.Heal());
            yield return () => Network("RabbitMQ black-holed", OneOf(role), Pause(), p => p.Rabbit.Swallow(), p => p.Rabbit.Heal());
        }

        yield return () => Network("connections to PostgreSQL cut", OneOf(Any()), TimeSpan.Zero, p => p.Postgres.Cut(), _ => { });
        yield return () => Network("connections to RabbitMQ cut", OneOf(Any()), TimeSpan.Zero, p => p.Rabbit.Cut(), _ => { });
        yield return () => Network("Telegram black-holed", OneOf("ingress"), Pause(), p => p.Telegram.Swallow(), p => p.Telegram.Heal());
        yield return () => Network("connections to Telegram cut", OneOf("ingress"), TimeSpan.Zero, p => p.Telegram.Cut(), _ => { });
        foreach (var trouble in Enum.GetValues<TelegramTrouble>().Except([TelegramTrouble.None]))
            yield return () => Fault($"{trouble}", "Telegram", Seconds(1, 5), () => Set(trouble), () => Set(TelegramTrouble.None));
        yield return () => Network("Discord black-holed", OneOf("ingress"), Pause(), p => p.Discord.Swallow(), p => p.Discord.Heal());
        yield return () => Network("connections to Discord cut", OneOf("ingress"), TimeSpan.Zero, p => p.Discord.Cut(), _ => { });
        foreach (var trouble in Enum.GetValues<DiscordTrouble>().Except([DiscordTrouble.None]))
            yield return () => Fault($"{trouble}", "Discord", Seconds(1, 5), () => Set(trouble), () => Set(DiscordTrouble.None));
        foreach (var trouble in Enum.GetValues<GatewayTrouble>())
            yield return () => Gateway(trouble);
        foreach (var trouble in Enum.GetValues<Trouble>().Except([Trouble.None]))
            yield return () => Fault($"{trouble}", "provider", Seconds(1, 5), () => Set(trouble), () => Set(Trouble.None));
    }

    private Fault Process(string name, RoleProcess process, TimeSpan lasts, Func<RoleProcess, Task> begin, Func<RoleProcess, Task> end) =>
        Fault($"{name} {process.Role}", process.Name, lasts, () => begin(process), () => end(process));

    private Fault KillBoth(string role)
    {
        var both = system.Processes.Where(process => process.Role == role).ToList();
        return Fault($"kill -9 both {role}", both[0].Name, Seconds(0.5, 3), Kill, Start);

        Task Kill() => Task.WhenAll(both.Where(process => process.IsRunning).Select(process => process.Kill()));

        Task Start()
        {
            foreach (var process in both.Where(process => !process.IsRunning))
                process.Start();
            return Task.CompletedTask;
        }
    }

    private Fault Network(string name, RoleProcess process, TimeSpan lasts, Action<RoleProcess> begin, Action<RoleProcess> end) => Fault(
        $"{name} for {process.Role}", process.Name, lasts, () => Do(() => begin(process)), () => Do(() => end(process)));

    private Fault Server(string name, Server server, Func<Server, Task> end) =>
        Fault(name, server.Name, Seconds(0.2, 3), () => end(server), server.Start);

    /// <summary>Long enough that somebody notices, where it lasts at all.</summary>
    private Fault Gateway(GatewayTrouble trouble) => Fault(
        $"{trouble}", "Discord's gateway", trouble is GatewayTrouble.Silent or GatewayTrouble.SplitFrames or GatewayTrouble.Forgotten or GatewayTrouble.Refusing ? Seconds(2, 8) : TimeSpan.Zero,
        () => Do(() => system.Discord.Begin(trouble)), () => Do(system.Discord.End));

    private Fault Fault(string name, string target, TimeSpan lasts, Func<Task> begin, Func<Task> end) =>
        new(target is "provider" ? $"provider: {name}" : target.Contains('-') ? name : $"{target}: {name}", target, Seconds(1, 4), lasts, begin, end);

    private static Task Restart(RoleProcess process) => Do(() =>
    {
        if (!process.IsRunning)
            process.Start();
    });

    private Task Set(Trouble trouble) => Do(() => system.Provider.Trouble = trouble);

    private Task Set(DiscordTrouble trouble) => Do(() => system.Discord.Trouble = trouble);

    private Task Set(TelegramTrouble trouble) => Do(() => system.Telegram.Trouble = trouble);

    private static Task Nothing() => Task.CompletedTask;

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private string Any() => SystemUnderTest.Roles[random.Next(SystemUnderTest.Roles.Length)];

    private RoleProcess OneOf(string role)
    {
        var candidates = system.Processes.Where(process => process.Role == role).ToList();
        return candidates[random.Next(candidates.Count)];
    }

    /// <summary>In a long run now and then longer than the broker waits for a sign of life.</summary>
    private TimeSpan Pause() => length >= LongRun && random.Next(8) == 0 ? Seconds(70, 100) : Seconds(2, 10);

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
}

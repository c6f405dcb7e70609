using Bus.Faults.Check;
using Bus.Faults.Plan;
using Bus.Faults.Processes;
using Bus.Faults.Talk;
using Npgsql;

namespace Bus.Faults;

/// <summary>What a run is to do.</summary>
/// <param name="Seed">Of the plan, the talk and the provider.</param>
/// <param name="Length">How long faults happen.</param>
/// <param name="Conversations">How many are held at the same time.</param>
/// <param name="WithoutInbox">The control: what was consumed is forgotten, and the checker has to notice.</param>
internal sealed record FaultOptions(int Seed, TimeSpan Length, int Conversations, bool WithoutInbox);

/// <summary>People talk, things go wrong, everything heals; then what was promised is checked.</summary>
internal sealed class FaultRun(FaultOptions options, TimeProvider time)
{
    /// <summary>A statement that consumed a message must still fail when another process has changed the saga; but no row is kept.</summary>
    private const string ForgetInbox = """
        create function faults_forget() returns trigger language plpgsql as 'begin if new.message_id is null then return new; end if; return null; end';
        create trigger faults_forget before insert on bus_inbox for each row execute function faults_forget()
        """;

    /// <returns>The exit code: 0 when everything held, or when the control was caught.</returns>
    public async Task<int> Run()
    {
        Console.WriteLine($"seed {options.Seed}, {options.Length.TotalMinutes:0.##} minutes, {options.Conversations} conversations{(options.WithoutInbox ? ", WITHOUT INBOX (control)" : "")}");
        await using var system = await SystemUnderTest.Start($"faults_{options.Seed}_{time.GetUtcNow():HHmmss}", options.Seed, time);
        if (options.WithoutInbox)
            await Execute(system.Database, ForgetInbox);
        var talkers = Enumerable.Range(1, options.Conversations).Select(number => Talker(system, number)).ToList();
        await Task.WhenAll(talkers.Select(talker => talker.Open()));

        var (runner, echo) = (new FaultRunner(time), new Echo(system.Place.Rabbit, options.Seed, time));
        await Trouble(system, talkers, runner, echo);
        var left = await new Drain(system, time).Run();

        var report = new Report(options, runner.Done, echo.Count, [.. talkers.SelectMany(talker => talker.Messages)], system);
        var exitCode = await report.Check(left, talkers);
        talkers.ForEach(talker => talker.Dispose());
        return exitCode;
    }

    /// <summary>Every third conversation is a chat on Telegram, every third another one on Discord.</summary>
    private ITalker Talker(SystemUnderTest system, int number) => (number % 3) switch
    {
        0 => new ChatTalker(number, system.Telegram.Place(number, number / 3), options.Seed + number, time),
        1 => new ChatTalker(number, system.Discord.Place(number, number / 3), options.Seed + number, time),
        _ => new Talker(number, system.Doors, options.Seed + number, time),
    };

    private async Task Trouble(SystemUnderTest system, IReadOnlyList<ITalker> talkers, FaultRunner runner, Echo echo)
    {
        using var enough = new CancellationTokenSource();
        using var end = new CancellationTokenSource();
        var talking = Task.WhenAll(talkers.Select(talker => talker.Talk(enough.Token)));
        var echoing = echo.Run(end.Token);
        await runner.Run(new FaultPlan(system, options.Seed, options.Length).Faults());
        system.Provider.IsHealed = system.Telegram.IsHealed = system.Discord.IsHealed = true;
        Console.Error.WriteLine($"{time.GetUtcNow():HH:mm:ss.fff} healed");
        await system.Ready();
        await enough.CancelAsync();
        await talking;
        await end.CancelAsync();
        await echoing;
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

using System.Net.Http.Json;
using Bus.Bench.Floor;
using Bus.Bench.Machine;
using Bus.Bench.Report;
using Bus.Bench.Turns;
using Bus.Fakes.Telegram;

namespace Bus.Bench.Telegram;

/// <summary>How much longer people on Telegram wait than callers over HTTP until they see the beginning of an answer.</summary>
internal static class TelegramBench
{
    private const string Token = "777:the-bot-that-is-measured";
    private const int WarmUpTurns = 300;

    /// <summary>A turn's last commits come after its answer; the next turn of another kind must not pay for them.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    public static async Task<int> Run(TelegramOptions options)
    {
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot(Token, "bench_bot");
        await using var host = await HostProcess.Start(TimeSpan.Zero, settings: new Dictionary<string, string>(Administrator.Settings)
        {
            ["TELEGRAM_API_URL"] = telegram.Url.ToString(),
            ["TELEGRAM_BOT_TOKEN"] = Token,
        });
        await AnswerAtOnceInGroups(host, bot);

        var steps = new List<TelegramStep>();
        foreach (var place in TelegramPlace.All)
        {
            telegram.HasDrafts = place.HasDrafts;
            var floor = telegram.AddBot($"{1000 + steps.Count}:the-bot-of-a-floor", "floor_bot");
            steps.Add(await Measure(place, options, host, bot, floor));
        }

        var report = new TelegramReport(steps);
        await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
        return 0;
    }

    /// <summary>Usually the bot waits a little in groups for what else somebody says.</summary>
    private static async Task AnswerAtOnceInGroups(HostProcess host, FakeBot bot)
    {
        using var client = await Administrator.LogIn(host);
        using var response = await client.PatchAsJsonAsync($"/api/place-settings?platform=telegram&bot={bot.Id}", new { gather_seconds_in_groups = 0 });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The kinds alternate turn by turn, so that a machine that gets slower or faster does it to all of them.</summary>
    private static async Task<TelegramStep> Measure(TelegramPlace place, TelegramOptions options, HostProcess host, FakeBot bot, FakeBot floorBot)
    {
        using var http = new HttpTurns(host.Port);
        using var floor = new FloorPoll(floorBot, place);
        ITurns[] kinds = [http, new TelegramTurns(bot, place), floor];
        await Alternate(kinds, WarmUpTurns, TimeSpan.Zero);
        await Console.Error.WriteLineAsync($"{place.Name}: warmed up");

        var before = MachineStat.Now();
        var timings = await Alternate(kinds, options.Turns, Rest);
        var machine = MachineStat.Now().Since(before);
        await Console.Error.WriteLineAsync($"{place.Name}: first seen after {timings[1].First.P50:f1} ms, over HTTP after {timings[0].First.P50:f1} ms");

        var processor = new TurnCost(host);
        return new TelegramStep(
            place, timings[0], timings[1], timings[2], machine,
            options.Processor ? await processor.Of(kinds[0], options.Turns) : new Dictionary<string, double>(),
            options.Processor ? await processor.Of(kinds[1], options.Turns) : new Dictionary<string, double>());
    }

    private static async Task<Timings[]> Alternate(ITurns[] kinds, int turns, TimeSpan rest)
    {
        var found = kinds.Select(_ => new List<TimedTurn>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                found[kind].Add(await kinds[kind].Run(CancellationToken.None));
                await Task.Delay(rest, TimeProvider.System);
            }
        }

        return [.. found.Select(turns => new Timings(turns))];
    }
}

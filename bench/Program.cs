using Bus.Bench;
using Bus.Bench.Floor;
using Bus.Bench.Log;
using Bus.Bench.Telegram;
using Bus.Bench.Turns;

try
{
    return args switch
    {
        ["turns", .. var rest] => await TurnsBench.Run(BenchOptions.Parse(rest)),
        ["log", .. var rest] => await LogBench.Run(LogOptions.Parse(rest)),
        ["telegram", .. var rest] => await TelegramBench.Run(TelegramOptions.Parse(rest)),
        ["floor"] => await FloorServer.Run(),
        [] => throw new BenchException("Which measurement? There is: turns, log, telegram."),
        [var name, ..] => throw new BenchException($"There is no measurement '{name}'. There is: turns, log, telegram."),
    };
}
catch (BenchException failure)
{
    await Console.Error.WriteLineAsync($"The bench failed: {failure.Message}");
    return 1;
}

using Bus.Bench;
using Bus.Bench.Floor;
using Bus.Bench.Gateway;
using Bus.Bench.Gateway.Upstream;
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
        ["gateway", .. var rest] => await GatewayBench.Run(GatewayOptions.Parse(rest)),
        ["floor"] => await FloorServer.Run(),
        ["upstream"] => await UpstreamServer.Run(),
        ["proxy", var upstream] => await BareProxy.Run(new Uri(upstream)),
        [] => throw new BenchException("Which measurement? There is: turns, log, telegram, gateway."),
        [var name, ..] => throw new BenchException($"There is no measurement '{name}'. There is: turns, log, telegram, gateway."),
    };
}
catch (BenchException failure)
{
    await Console.Error.WriteLineAsync($"The bench failed: {failure.Message}");
    return 1;
}

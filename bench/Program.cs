using Bus.Bench;
using Bus.Bench.Floor;
using Bus.Bench.Log;
using Bus.Bench.Turns;

try
{
    return args switch
    {
        ["turns", .. var rest] => await TurnsBench.Run(BenchOptions.Parse(rest)),
        ["log", .. var rest] => await LogBench.Run(LogOptions.Parse(rest)),
        ["floor"] => await FloorServer.Run(),
        [] => throw new BenchException("Which measurement? There is: turns, log."),
        [var name, ..] => throw new BenchException($"There is no measurement '{name}'. There is: turns, log."),
    };
}
catch (BenchException failure)
{
    await Console.Error.WriteLineAsync($"The bench failed: {failure.Message}");
    return 1;
}

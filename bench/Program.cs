using Bus.Bench;
using Bus.Bench.Floor;
using Bus.Bench.Turns;

try
{
    return args switch
    {
        ["turns", .. var rest] => await TurnsBench.Run(BenchOptions.Parse(rest)),
        ["floor"] => await FloorServer.Run(),
        [] => throw new BenchException("Which measurement? There is: turns."),
        [var name, ..] => throw new BenchException($"There is no measurement '{name}'. There is: turns."),
    };
}
catch (BenchException failure)
{
    await Console.Error.WriteLineAsync($"The bench failed: {failure.Message}");
    return 1;
}

using Bus.Bench.Machine;

namespace Bus.Bench.Floor;

/// <summary>Rounds of the floor, measured as those of our turns are.</summary>
internal sealed class FloorRounds(FloorProcess floor)
{
    private readonly Meter meter = new(new Dictionary<string, int?>
    {
        ["pipeline"] = floor.Pid,
        ["rabbitmq"] = Servers.RabbitMqPid,
        ["postgres"] = Servers.PostgresPid,
    });

    public async Task<Round> Run(int parallel, TimeSpan length)
    {
        var measured = await Load.Measure(meter, length, _ => floor.Run(parallel, length));
        var round = measured.Result;
        return new Round(
            round.InTime, round.All, length.TotalSeconds, measured.Took.TotalSeconds, new Distribution(round.Milliseconds),
            measured.Processor, measured.Machine);
    }
}

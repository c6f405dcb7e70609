using Bus.Bench.Machine;
using Bus.Bench.Turns;

namespace Bus.Bench.Telegram;

/// <summary>What turns take of the processors, when one follows the other; the system only counts hundredths of a second.</summary>
internal sealed class TurnCost(HostProcess host)
{
    /// <summary>What is not counted: the fake server, and whoever talks to it or to us.</summary>
    private readonly Meter meter = new(new Dictionary<string, int?>
    {
        ["host"] = host.Pid,
        ["rabbitmq"] = Servers.RabbitMqPid,
        ["postgres"] = Servers.PostgresPid,
    });

    /// <summary>Microseconds of each process per turn.</summary>
    public async Task<IReadOnlyDictionary<string, double>> Of(ITurns kind, int turns)
    {
        var measured = await Load.Measure(meter, TimeSpan.Zero, async _ =>
        {
            for (var turn = 0; turn < turns; turn++)
                await kind.Run(CancellationToken.None);
            return turns;
        });
        return measured.Processor.ToDictionary(process => process.Key, process => process.Value * 1e6 / turns);
    }
}

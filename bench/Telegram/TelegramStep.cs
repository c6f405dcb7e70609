using Bus.Bench.Machine;

namespace Bus.Bench.Telegram;

/// <summary>What was found at one place; the same number of turns of each kind, in turn.</summary>
/// <param name="Place">The place.</param>
/// <param name="Http">Turns over HTTP.</param>
/// <param name="Telegram">Turns on Telegram.</param>
/// <param name="Floor">What Telegram adds at least.</param>
/// <param name="Machine">What the processors did not do meanwhile.</param>
/// <param name="HttpProcessor">Processor microseconds of each process per turn over HTTP.</param>
/// <param name="TelegramProcessor">The same per turn on Telegram.</param>
internal sealed record TelegramStep(
    TelegramPlace Place, Timings Http, Timings Telegram, Timings Floor, MachineShare Machine,
    IReadOnlyDictionary<string, double> HttpProcessor, IReadOnlyDictionary<string, double> TelegramProcessor)
{
    /// <summary>Milliseconds that people on Telegram wait longer for what they see first.</summary>
    public double Later => Telegram.First.P50 - Http.First.P50;

    /// <summary>How often a turn on Telegram makes each call.</summary>
    public IEnumerable<(string Method, double PerTurn)> Calls => Telegram.Turns
        .SelectMany(turn => turn.Calls)
        .GroupBy(method => method, (method, calls) => (method, (double)calls.Count() / Telegram.Turns.Count));
}

/// <summary>Turns of one kind.</summary>
internal sealed record Timings(IReadOnlyList<TimedTurn> Turns)
{
    public Distribution First { get; } = new(Turns.Select(turn => turn.First));

    public Distribution Final { get; } = new(Turns.Select(turn => turn.Final));
}

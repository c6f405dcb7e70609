using Bus.Bench.Floor;
using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>The steps, for people.</summary>
internal static class StepTables
{
    public static IEnumerable<string> Of(IReadOnlyList<Step> steps)
    {
        yield return Table.Of(
            "Turns over POST /chat, streamed; milliseconds",
            ["conversations", "turns/s", "p50", "p99", "accepted->asked p50", "p99", "asked->first chunk p50", "p99"],
            steps.Select(step => (string[])
            [
                $"{step.Parallel}", Figure(step, r => r.PerSecond), Figure(step, r => r.Latency.P50), Figure(step, r => r.Latency.P99),
                Figure(step, r => r.AcceptedToAsked.P50), Figure(step, r => r.AcceptedToAsked.P99),
                Figure(step, r => r.FirstChunk.P50), Figure(step, r => r.FirstChunk.P99),
            ]));

        if (steps.Any(step => step.Floor.Count > 0))
        {
            yield return Table.Of(
                $"The floor: {FloorHop.Turn.Length} confirmed hops over quorum queues and {FloorHop.TotalCommits} commits on bare clients"
                + $" (answer after hop {FloorHop.HopsToAnswer}, commit {FloorHop.CommitsToAnswer})",
                ["in flight", "chains/s", "p50", "p99", "turns/s by chains/s", "p50 by p50"],
                steps.Select(step => (string[])
                [
                    $"{step.Parallel}", Number(Step.Of(step.Floor, r => r.PerSecond)), Number(Step.Of(step.Floor, r => r.Latency.P50)),
                    Number(Step.Of(step.Floor, r => r.Latency.P99)), $"{step.Ratio(r => r.PerSecond):f3}", $"{step.Ratio(r => r.Latency.P50):f2}",
                ]));
        }

        yield return Table.Of(
            "Processor time per turn (and per chain of the floor), microseconds; what the processors did not do",
            ["conversations", "host", "rabbitmq", "postgres", "client", "all", "floor: pipeline", "rabbitmq", "postgres", "all", "all by all", "idle", "disk", "stolen", "floor idle"],
            steps.Select(step => (string[])
            [
                $"{step.Parallel}", .. new[] { "host", "rabbitmq", "postgres", "client" }.Select(process => Figure(step, r => r.Microseconds(process))),
                Figure(step, r => r.AllMicroseconds),
                .. new[] { "pipeline", "rabbitmq", "postgres" }.Select(process => Number(Step.Of(step.Floor, r => r.Microseconds(process)))),
                Number(Step.Of(step.Floor, r => r.AllMicroseconds)),
                $"{step.Ratio(r => r.AllMicroseconds):f2}", $"{Step.Of(step.Turns, r => r.Machine.Idle):p0}", $"{Step.Of(step.Turns, r => r.Machine.WaitingForDisk):p0}",
                $"{Step.Of(step.Turns, r => r.Machine.Stolen):p0}", $"{Step.Of(step.Floor, r => r.Machine.Idle + r.Machine.WaitingForDisk):p0}",
            ]));

        yield return Table.Of(
            "The way of a turn, p50 in milliseconds",
            ["step", .. steps.Select(step => $"at {step.Parallel}")],
            Transposed(steps, step => [.. Way(step).Select(s => (s.Step, $"{s.P50:f2}")), ("took its turn only after the one before was delivered", $"{Waited(step):p0}")]));

        yield return Table.Of(
            "In the database, per turn",
            ["", .. steps.Select(step => $"at {step.Parallel}")],
            Transposed(steps, step => [.. Counts(step).Select(count => (count.Name, $"{count.PerTurn:f2}"))]));

        foreach (var step in steps.Where(step => step.Parallel > 1))
            yield return $"Busy sessions of PostgreSQL at {step.Parallel}, on average: {string.Join(", ", TurnBars.Waits(step).Select(w => $"{w.Sessions:f1} {w.State}"))}";
    }

    public static IEnumerable<(string Step, double P50)> Way(Step step) => step.Turns
        .SelectMany(round => round.Times).SelectMany(turn => turn.Steps())
        .GroupBy(part => part.Step, (name, parts) => (name, new Distribution(parts.Select(part => part.Milliseconds)).P50));

    public static double Waited(Step step) => step.Turns.SelectMany(round => round.Times).Average(turn => turn.Log.Waited ? 1.0 : 0);

    public static IEnumerable<(string Name, double PerTurn)> Counts(Step step) => step.Turns
        .SelectMany(round => round.Counts)
        .GroupBy(count => count.Key, (name, rounds) => (name, (double)rounds.Sum(count => count.Value) / step.Turns.Sum(round => round.All)));

    public static string Number(double value) => value switch
    {
        double.NaN => "-",
        >= 100 => $"{value:f0}",
        _ => $"{value:f2}",
    };

    private static string Figure(Step step, Func<TurnRound, double> figure) => Number(Step.Of(step.Turns, figure));

    private static IEnumerable<IReadOnlyList<string>> Transposed(IReadOnlyList<Step> steps, Func<Step, (string Name, string Value)[]> column)
    {
        var columns = steps.Select(column).ToArray();
        return columns[0].Select((row, number) => (string[])[row.Name, .. columns.Select(cells => cells[number].Value)]);
    }
}

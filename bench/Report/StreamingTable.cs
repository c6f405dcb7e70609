using Bus.Bench.Turns;

namespace Bus.Bench.Report;

/// <summary>The cost of streaming, for people.</summary>
internal static class StreamingTable
{
    public static IEnumerable<string> Of(IReadOnlyList<StreamingStep> steps) => steps.Count == 0
        ? []
        : [Table.Of(
            "Streaming from a process of its own: 400 words, one each 5 ms, coalesced; processor microseconds per chunk, the demo model's pacing included",
            ["conversations", "chunks/s", "chunks per turn", "host", "model", "rabbitmq", "client", "idle"],
            steps.Select(step => (string[])
            [
                $"{step.Parallel}", StepTables.Number(step.ChunksPerSecond), StepTables.Number(step.ChunksPerTurn),
                .. new[] { "host", "model", "rabbitmq", "client" }.Select(process => StepTables.Number(step.Microseconds(process))),
                $"{step.Long.Machine.Idle + step.Long.Machine.WaitingForDisk:p0}",
            ]))];
}

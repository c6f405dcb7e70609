using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>
/// What the chunks of long answers cost, sent from one process to another, over the broker. The demo model gives a word every
/// few milliseconds, so that the reply goes out coalesced, as a real one does; its pacing is part of the cost, as reading a provider's stream would be.
/// </summary>
internal static class Streaming
{
    private const int Words = 400;
    private const int FewWords = 8;
    private static readonly int[] Parallel = [8, 128];
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LeastLength = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task<List<StreamingStep>> Run(NpgsqlDataSource database, TimeSpan length, Action<string> progress)
    {
        await using var host = await HostProcess.Start(Pace, "ingress,saga,memory");
        await using var model = await HostProcess.Start(Pace, "llm");
        var rounds = new TurnRounds(host, database, model);
        await rounds.Run(64, WarmUp, new Question.Words(FewWords));
        await rounds.Run(64, WarmUp, new Question.Words(Words));

        length = length > LeastLength ? length : LeastLength;
        var steps = new List<StreamingStep>();
        foreach (var parallel in Parallel)
        {
            var brief = await rounds.Run(parallel, length, new Question.Words(FewWords));
            steps.Add(new StreamingStep(parallel, brief, await rounds.Run(parallel, length, new Question.Words(Words))));
            progress($"streaming to {parallel}: {steps[^1].ChunksPerSecond:f0} chunks/s");
        }

        return steps;
    }
}

/// <summary>Turns with long answers, and the same turns with answers of a few words.</summary>
internal sealed record StreamingStep(int Parallel, TurnRound Brief, TurnRound Long)
{
    public double ChunksPerTurn => (double)Long.Chunks / Long.All;

    public double ChunksPerSecond => Long.Chunks / Long.SecondsOfAll;

    /// <summary>Processor microseconds of a process per chunk: what the longer answer took more, by the chunks it had more.</summary>
    public double Microseconds(string process) =>
        (Long.Microseconds(process) - Brief.Microseconds(process)) / (ChunksPerTurn - (double)Brief.Chunks / Brief.All);
}

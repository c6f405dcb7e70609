using System.Diagnostics;
using Npgsql;

namespace Bus.Bench.Floor;

/// <summary>
/// A turn without anything in it: the same confirmed, persistent hops over quorum queues and the same commits, on bare
/// clients. The counts are those of our turn: MessageReceived, BuildContext, ContextBuilt, GenerateReply, ReplyGenerated,
/// DeliverReply, ReplyDelivered, and one commit for each of them.
/// </summary>
internal sealed class FloorChain : IAsyncDisposable
{
    public const int Hops = 7;

    /// <summary>The hop whose consumer answers the client, before it commits.</summary>
    public const int AnsweringHop = 6;

    private const int BodySize = 1024;

    private readonly NpgsqlDataSource database;
    private readonly FloorStage[] stages;
    private TaskCompletionSource[] answers = [];
    private int published;
    private int ended;

    public FloorChain()
    {
        database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Servers.FloorDatabase)
        {
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            MaxPoolSize = 32,
        });
        stages = [.. Enumerable.Range(0, Hops + 1).Select(number => new FloorStage(number, database, chain => Arrived(number, chain), () => Interlocked.Increment(ref ended)))];
    }

    public async Task Start()
    {
        foreach (var stage in stages.Reverse())
            await stage.Start(consumes: stage != stages[0]);
    }

    /// <summary>Keeps a number of chains in flight for a while; ends when all of them have come to their end.</summary>
    public async Task<FloorRound> Run(int parallel, TimeSpan length)
    {
        answers = new TaskCompletionSource[parallel];
        (published, ended) = (0, 0);
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, parallel).Select(chain => Task.Run(() => Repeat(chain, start, length))));
        while (Volatile.Read(ref ended) < published)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return new FloorRound(latencies.Sum(chain => chain.InTime), published, [.. latencies.SelectMany(chain => chain.Milliseconds)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
            await stage.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<(int InTime, List<double> Milliseconds)> Repeat(int chain, long start, TimeSpan length)
    {
        var body = new byte[BodySize];
        Random.Shared.NextBytes(body);
        BitConverter.TryWriteBytes(body, chain);
        var inTime = 0;
        var milliseconds = new List<double>();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = answers[chain] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Increment(ref published);
            // Like our client, this one waits for the answer; that the broker has the message is waited for beside it.
            var confirmed = stages[0].Publish(body);
            await answer.Task;
            milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            if (Stopwatch.GetElapsedTime(start) <= length)
                inTime++;
            await confirmed;
        }

        return (inTime, milliseconds);
    }

    private bool Arrived(int stage, int chain)
    {
        if (stage == AnsweringHop)
            answers[chain].TrySetResult();
        return stage < Hops;
    }
}

/// <summary>What a round of the floor gave.</summary>
/// <param name="InTime">Answers that came within the time.</param>
/// <param name="All">All chains that ran.</param>
/// <param name="Milliseconds">From the first publish to the answer, of each.</param>
internal sealed record FloorRound(int InTime, int All, double[] Milliseconds);

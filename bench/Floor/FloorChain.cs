using System.Diagnostics;
using Npgsql;
using RabbitMQ.Client;

namespace Bus.Bench.Floor;

/// <summary>
/// A turn without anything in it: the same confirmed, persistent hops over quorum queues and the same commits
/// (<see cref="FloorHop.Turn"/>), on bare clients.
/// </summary>
internal sealed class FloorChain : IAsyncDisposable
{
    private const int BodySize = 1024;
    private const int Sessions = 32;

    private readonly NpgsqlDataSource database;
    private readonly FloorStage[] stages;
    private IConnection client = null!;
    private FloorPublisher first = null!;
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
            MaxPoolSize = Sessions,
        });
        stages = [.. FloorHop.Turn.Select((hop, number) => new FloorStage(
            hop,
            database,
            chain => { if (hop.Answers) answers[chain].TrySetResult(); },
            () => { if (number == FloorHop.Turn.Length - 1) Interlocked.Increment(ref ended); }))];
    }

    public async Task Start()
    {
        client = await FloorPublisher.Connect("floor client");
        first = await FloorPublisher.Open(client, FloorHop.Turn[0]);
        for (var number = stages.Length - 1; number >= 0; number--)
            await stages[number].Start(FloorHop.Turn.ElementAtOrDefault(number + 1));
    }

    /// <summary>Keeps a number of chains in flight for a while; ends when all of them have come to their end.</summary>
    public async Task<FloorRound> Run(int parallel, TimeSpan length)
    {
        answers = new TaskCompletionSource[parallel];
        (published, ended) = (0, 0);
        var start = Stopwatch.GetTimestamp();
        var chains = await Task.WhenAll(Enumerable.Range(0, parallel).Select(chain => Task.Run(() => Repeat(chain, start, length))));
        while (Volatile.Read(ref ended) < published)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return new FloorRound(chains.Sum(chain => chain.InTime), published, [.. chains.SelectMany(chain => chain.Milliseconds)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
            await stage.DisposeAsync();
        await client.DisposeAsync();
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
            // The answer counts; that the broker has confirmed the first message is waited for beside it.
            var confirmed = first.Publish(body);
            await answer.Task;
            milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            if (Stopwatch.GetElapsedTime(start) <= length)
                inTime++;
            await confirmed;
        }

        return (inTime, milliseconds);
    }
}

/// <summary>What a round of the floor gave.</summary>
/// <param name="InTime">Answers that came within the time.</param>
/// <param name="All">All chains that ran.</param>
/// <param name="Milliseconds">From the first publish to the answer, of each.</param>
internal sealed record FloorRound(int InTime, int All, double[] Milliseconds);

using Bus.Bench.Machine;
using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>Runs conversations against a host and gathers what is known of them.</summary>
/// <param name="host">The process that callers talk to.</param>
/// <param name="database">Its log.</param>
/// <param name="model">The process with the role <c>llm</c>, when it is another.</param>
internal sealed class TurnRounds(HostProcess host, NpgsqlDataSource database, HostProcess? model = null)
{
    /// <summary>Beyond the end of a round, for the last answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int MostFailuresShown = 3;

    private readonly Meter meter = new(new Dictionary<string, int?>
    {
        ["host"] = host.Pid,
        ["model"] = model?.Pid,
        ["rabbitmq"] = Servers.RabbitMqPid,
        ["postgres"] = Servers.PostgresPid,
        ["client"] = Environment.ProcessId,
    });

    /// <summary>A round; <paramref name="asksBroker"/> also asks RabbitMQ what it has counted, which takes processor time of its own.</summary>
    public async Task<TurnRound> Run(int parallel, TimeSpan length, Question question, bool asksBroker = false)
    {
        using var limit = new CancellationTokenSource(length + Patience, TimeProvider.System);
        var conversations = new List<Conversation>();
        while (conversations.Count < parallel)
            conversations.Add(await Conversation.Open(host.Port, question, limit.Token));
        try
        {
            var brokerBefore = asksBroker ? await BrokerCounts.Read() : null;
            var countsBefore = await DatabaseCounts.Read(database);
            await using var waits = new DatabaseWaits(database);
            var measured = await Load.Measure(meter, length, async start =>
            {
                await Task.WhenAll(conversations.Select(conversation => Task.Run(() => conversation.Run(start, length, limit.Token))));
                return await waits.Stop();
            });
            var counts = DatabaseCounts.Since(countsBefore, await DatabaseCounts.Read(database));
            Check(conversations);

            var times = await Times(conversations);
            return new TurnRound(
                conversations.Sum(conversation => conversation.InTime), times.Count, length.TotalSeconds, measured.Took.TotalSeconds,
                new Distribution(times.Select(turn => turn.Answer.Took.TotalMilliseconds)),
                measured.Processor, measured.Machine, times, counts, measured.Result,
                brokerBefore is null ? null : (await BrokerCounts.Read()).Since(brokerBefore));
        }
        finally
        {
            foreach (var conversation in conversations)
                conversation.Dispose();
        }
    }

    private static void Check(IReadOnlyCollection<Conversation> conversations)
    {
        var failures = conversations.Select(conversation => conversation.Failure).OfType<string>().ToArray();
        if (failures.Length > 0)
            throw new BenchException($"{failures.Length} turns failed: {string.Join(" | ", failures.Take(MostFailuresShown))}");
    }

    private async Task<List<TurnTimes>> Times(IReadOnlyCollection<Conversation> conversations)
    {
        var logged = await LoggedTurns.Of(database, conversations.ToDictionary(c => c.Session, c => c.Answers.Count));
        return [.. conversations.SelectMany(c => c.Answers.Zip(logged[c.Session], (answer, log) => new TurnTimes(answer, log)))];
    }
}

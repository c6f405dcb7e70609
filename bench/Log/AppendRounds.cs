using System.Diagnostics;
using Bus.Bench.Machine;

namespace Bus.Bench.Log;

/// <summary>Rounds of appends over some connections, each of which works on streams of its own.</summary>
internal sealed class AppendRounds(IReadOnlyList<IAppender> connections, int events)
{
    /// <summary>How many appends a stream gets before the next is started.</summary>
    public const int AppendsPerStream = 20;

    private readonly Meter meter = new(new Dictionary<string, int?> { ["client"] = Environment.ProcessId, ["postgres"] = Servers.PostgresPid });

    public async Task<Round> Run(TimeSpan length)
    {
        var measured = await Load.Measure(meter, length, start =>
            Task.WhenAll(connections.Select(connection => Task.Run(() => Repeat(connection, start, length)))));
        var times = measured.Result.SelectMany(appends => appends).ToList();
        return new Round(
            times.Count(append => append.Ended <= length), times.Count, length.TotalSeconds, measured.Took.TotalSeconds,
            new Distribution(times.Select(append => append.Took.TotalMilliseconds)), measured.Processor, measured.Machine);
    }

    private async Task<List<(TimeSpan Ended, TimeSpan Took)>> Repeat(IAppender connection, long start, TimeSpan length)
    {
        var times = new List<(TimeSpan, TimeSpan)>();
        while (true)
        {
            var stream = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            for (var number = 0; number < AppendsPerStream; number++)
            {
                var before = Stopwatch.GetElapsedTime(start);
                if (before >= length)
                    return times;
                await connection.Append(stream, (long)number * events, number);
                var after = Stopwatch.GetElapsedTime(start);
                times.Add((after, after - before));
            }
        }
    }
}

using System.Globalization;
using Bus.Tests.Support;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>
/// Many writers who commit, roll back and are killed, while of two daemons one stops and starts and the connections that hold the
/// locks are cut. <c>BUS_TEST_SEED</c> sets the seed.
/// </summary>
public sealed class Exactly_once(ITestOutputHelper output)
{
    private const int Writers = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Should_be_how_each_event_is_projected(int number)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BUS_TEST_SEED"), CultureInfo.InvariantCulture, out var set) ? set : number;
        output.WriteLine($"Seed {seed}");
        await using var projecting = await CountedLog.Create();
        var log = projecting.Log;
        var streams = Enumerable.Range(0, 40).Select(_ => Some.Id()).ToList();
        var (committed, undone, unknown) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        await projecting.AddDaemon(new Counted(), new Ordered());

        using var ending = new CancellationTokenSource(Duration);
        var trouble = Trouble(projecting, new Random(seed), ending.Token);
        await Task.WhenAll(Enumerable.Range(1, Writers).Select(writer => Write(log, streams, new Random((seed * 1000) + writer), $"{writer}", committed, undone, unknown, ending.Token)));
        await trouble;
        await projecting.CaughtUp("Counted", "Ordered");

        var events = await log.Rows<string>("select seq_id || ' ' || stream_id || ' ' || version || ' ' || (data ->> 'Reason') from mt_events order by seq_id");
        output.WriteLine($"{events.Count} events, {committed.Count} transactions committed, {undone.Count} rolled back, {unknown.Count} killed, {await log.One<long>("select last_value from mt_events_sequence")} numbers drawn");
        Assert.Equal(events, await log.Rows<string>("select seq || ' ' || stream_id || ' ' || version || ' ' || reason from counted_1 order by seq"));
        Assert.Empty(await log.Rows<string>("select seq || ' written ' || count(*) from counted_writes group by seq having count(*) > 1"));
        Assert.Empty(await log.Rows<string>("""
            select c.stream_id || ' ' || c.version from (
                select stream_id, version, version - lag(version, 1, 0) over (partition by stream_id order by w.number) as step
                from counted_writes w join counted_1 using (seq)) as c
            where step <> 1
            """));
        Assert.Equal(
            await log.Rows<string>("select stream_id || ' ' || max(version) || ' ' || count(*) || ' 0' from mt_events group by stream_id order by stream_id"),
            await log.Rows<string>("select stream_id || ' ' || version || ' ' || events || ' ' || faults from ordered_1 order by stream_id"));
        var reasons = await log.Rows<string>("select reason from counted_1");
        Assert.Subset(reasons.ToHashSet(), committed);
        Assert.DoesNotContain(reasons, undone.Contains);
        Assert.Empty(await log.Rows<Guid>("select stream_id from bus_set_aside"));
    }

    /// <summary>Appends, in one transaction after another. Each event's reason names its transaction.</summary>
    private static async Task Write(
        TestLog log, List<Guid> streams, Random random, string name, HashSet<string> committed, HashSet<string> undone, HashSet<string> unknown, CancellationToken ending)
    {
        for (var number = 0; !ending.IsCancellationRequested; number++)
        {
            var reason = $"{name}/{number}";
            try
            {
                await using var writer = await Writer.Begin(log);
                var stream = streams[random.Next(streams.Count)];
                for (var again = random.Next(3); again >= 0; again--)
                {
                    await writer.Append(stream, null, [.. Enumerable.Repeat(reason, random.Next(1, 4))]);
                    if (random.Next(3) == 0)
                        await writer.Run($"select pg_sleep({(random.NextDouble() * 0.05).ToString(CultureInfo.InvariantCulture)})");
                }

                var commits = random.Next(4) > 0;
                await (commits ? writer.Commit() : writer.RollBack());
                Note(commits ? committed : undone, reason);
            }
            catch (NpgsqlException)
            {
                Note(unknown, reason); // killed, perhaps after it had committed
            }
        }
    }

    private static void Note(HashSet<string> reasons, string reason)
    {
        lock (reasons)
            reasons.Add(reason);
    }

    private static async Task Trouble(Projecting projecting, Random random, CancellationToken ending)
    {
        IHost? second = null;
        while (!ending.IsCancellationRequested)
        {
            await projecting.Log.Run($"select pg_sleep({(random.NextDouble() * 0.2).ToString(CultureInfo.InvariantCulture)})");
            switch (random.Next(6))
            {
                case 0 when second is null:
                    second = await projecting.AddDaemon(new Counted(), new Ordered());
                    break;
                case 0:
                    await projecting.Stop(second);
                    second = null;
                    break;
                case 1:
                    await projecting.CutLeaders();
                    break;
                default:
                    await projecting.Log.Run("""
                        select pg_terminate_backend(pid) from (
                            select pid from pg_stat_activity where application_name = 'writer' and datname = current_database() order by random() limit 1) as writer
                        """);
                    break;
            }
        }
    }
}

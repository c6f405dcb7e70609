using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Twenty_writers_of_one_stream
{
    private const int Writers = 20;
    private const int Rounds = 40;

    [Fact]
    public async Task Should_have_one_winner_per_version_and_lose_nothing()
    {
        await using var log = await TestLog.Create();
        var stream = Some.Id();
        var winners = new List<string>();
        for (var version = 0; version < Rounds; version++)
        {
            var tries = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Try(log, stream, version, $"{version}/{writer}")));
            winners.Add(Assert.Single(tries, won => won is not null)!);
        }

        await HasNoGaps(log, stream, Rounds);
        Assert.Equal(winners, (await log.Events.Read(stream)).Select(stored => ((TurnFailed)stored.Data).Reason));
    }

    [Fact]
    public async Task Should_all_succeed_at_any_version()
    {
        await using var log = await TestLog.Create();
        var stream = Some.Id();
        await log.Events.Append(stream, "session", 0, [Some.Event("start")]);

        var versions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var written = new List<long>();
            for (var round = 0; round < 5; round++)
                written.Add(await log.Events.Append(stream, "session", null, [Some.Event($"{writer}"), Some.Event($"{writer}")]));
            return written;
        }));

        Assert.Equal(Writers * 5, versions.SelectMany(written => written).Distinct().Count());
        await HasNoGaps(log, stream, 1 + Writers * 5 * 2);
        var events = await log.Events.Read(stream);
        // Events of one append stay together.
        Assert.All(events.Skip(1).Chunk(2), pair => Assert.Equal(pair[0].Data, pair[1].Data));
    }

    private static async Task HasNoGaps(TestLog log, Guid stream, int count)
    {
        var events = await log.Events.Read(stream);
        Assert.Equal(Enumerable.Range(1, count).Select(version => (long)version), events.Select(stored => stored.Version));
        Assert.Equal(events.Select(stored => stored.Sequence).Order(), events.Select(stored => stored.Sequence));
        Assert.Equal(count, await log.One<long>("select version from mt_streams"));
        Assert.Equal(count, await log.One<long>("select count(*) from mt_events"));
    }

    private static async Task<string?> Try(TestLog log, Guid stream, long version, string reason)
    {
        try
        {
            Assert.Equal(version + 1, await log.Events.Append(stream, "session", version, [Some.Event(reason)]));
            return reason;
        }
        catch (StreamVersionConflictException)
        {
            return null;
        }
    }
}

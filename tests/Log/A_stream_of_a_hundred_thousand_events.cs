using System.Globalization;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>Alone: what others keep in memory meanwhile would count as well.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public sealed class A_stream_of_a_hundred_thousand_events(LongStream shared) : IClassFixture<LongStream>
{
    [Fact]
    public async Task Should_be_folded_without_being_in_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;

        var sum = await shared.Log.Events.Aggregate<long>(shared.Stream, (state, stored) =>
        {
            if (stored.Version % LongStream.Chunk == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            return state + long.Parse(((TurnFailed)stored.Data).Reason, CultureInfo.InvariantCulture);
        });

        Assert.Equal(LongStream.Count * (LongStream.Count + 1L) / 2, sum);
        // A tenth of the text alone, without the objects around it.
        Assert.InRange(most, long.MinValue, LongStream.Count * LongStream.Length / 10);
    }

    [Fact]
    public async Task Should_be_left_when_enough_is_seen()
    {
        for (var round = 0; round < 20; round++)
            Assert.Equal(3, await shared.Log.Events.Stream(shared.Stream).Take(3).CountAsync());

        // The connections that were left are good.
        Assert.Equal(10, (await shared.Log.Events.Read(shared.Stream, 1, 10)).Count);
    }

    [Fact]
    public async Task Should_be_read_in_part() => Assert.Equal(
        [77_777L, 77_778], (await shared.Log.Events.Read(shared.Stream, 77_777, 77_778)).Select(stored => stored.Version));
}

/// <summary>It is made once.</summary>
public sealed class LongStream : IAsyncLifetime
{
    public const int Count = 100_000;
    public const int Chunk = 5_000;
    public const int Length = 1_000;

    public Guid Stream { get; } = Some.Id();

    internal TestLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Log = await TestLog.Create();
        for (var version = 0; version < Count; version += Chunk)
            await Log.Events.Append(Stream, "session", version, [.. Enumerable.Range(version + 1, Chunk).Select(number => Some.Event($"{number,Length}"))]);
    }

    public ValueTask DisposeAsync() => Log.DisposeAsync();
}

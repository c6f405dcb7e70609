using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Reading_a_stream_as_it_stood : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2025, 10, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly Guid stream = Some.Id();
    private readonly SetClock clock = new();
    private TestLog log = null!;

    /// <summary>Five events: two in the first minute, one in the second, two in the third.</summary>
    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        var store = log.Store(clock);
        clock.Now = Start;
        await store.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]);
        clock.Now = Start.AddMinutes(1);
        await store.Append(stream, "session", 2, [Some.Event("3")]);
        clock.Now = Start.AddMinutes(2);
        await store.Append(stream, "session", 3, [Some.Event("4"), Some.Event("5")]);
        await store.Append(Some.Id(), "session", 0, [Some.Event("another stream")]);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 2)]
    [InlineData(59.999, 2)]
    [InlineData(60, 3)]
    [InlineData(119.999, 3)]
    [InlineData(120, 5)]
    [InlineData(1e9, 5)]
    public async Task Should_give_what_was_there_at_the_time(double seconds, int count)
    {
        var events = await log.Events.Read(stream, Start.AddSeconds(seconds));

        Assert.Equal(Enumerable.Range(1, count).Select(version => (long)version), events.Select(stored => stored.Version));
        Assert.All(events, stored => Assert.Equal(Some.Event($"{stored.Version}"), stored.Data));
    }

    [Fact]
    public async Task Should_take_a_time_of_any_zone() =>
        Assert.Equal(3, (await log.Events.Read(stream, Start.AddSeconds(60).ToOffset(TimeSpan.FromHours(-7)))).Count);

    [Fact]
    public async Task Should_join_the_bounds_of_version_and_time() => Assert.Equal(
        [2L, 3], await log.Events.Stream(stream, 2, 4, Start.AddSeconds(60)).Select(stored => stored.Version).ToListAsync());

    /// <summary>The clock of the second process is behind: what it appended was never there without what came before.</summary>
    [Fact]
    public async Task Should_have_no_holes_where_clocks_differ()
    {
        clock.Now = Start.AddSeconds(30);
        await log.Store(clock).Append(stream, "session", 5, [Some.Event("6")]);

        Assert.Equal([1L, 2], (await log.Events.Read(stream, Start.AddSeconds(45))).Select(stored => stored.Version));
        Assert.Equal(6, (await log.Events.Read(stream, Start.AddSeconds(120))).Count);
    }

    [Fact]
    public async Task Should_fold_to_the_state_of_that_time_or_version()
    {
        Assert.Equal("12345", await Folded());
        Assert.Equal("123", await Folded(toVersion: 3));
        Assert.Equal("12", await Folded(until: Start.AddSeconds(1)));
        Assert.Null(await Folded(until: Start.AddSeconds(-1)));
        Assert.Null(await log.Events.Aggregate<string>(Some.Id(), (_, _) => "something"));
    }

    [Fact]
    public async Task Should_fold_to_nothing_where_the_last_event_ends_the_state() => Assert.Null(
        await log.Events.Aggregate<string>(stream, (state, stored) => stored.Version == 5 ? null : state + Reason(stored)));

    [Fact]
    public async Task Should_name_each_event_by_its_own_id() => Assert.Equal(
        await log.Rows<Guid>($"select id from mt_events where stream_id = '{stream}' order by version"),
        (await log.Events.Read(stream)).Select(stored => stored.Id));

    private Task<string?> Folded(long toVersion = long.MaxValue, DateTimeOffset? until = null) =>
        log.Events.Aggregate<string>(stream, (state, stored) => state + Reason(stored), toVersion, until);

    private static string Reason(StoredEvent stored) => ((TurnFailed)stored.Data).Reason;
}

using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>With other writes, as a unit of work appends.</summary>
public sealed class Appending_within_a_statement : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private readonly Guid other = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_start_the_stream_at_version_0_and_go_on_from_there()
    {
        await log.Run(Append(stream, 0, "1", "2", "3"));
        await log.Run(Append(stream, 3, "4"));
        await log.Run(Append(stream, 4, "5", "6"));

        var events = await log.Events.Read(stream);
        Assert.Equal([1L, 2, 3, 4, 5, 6], events.Select(stored => stored.Version));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], events.Select(Reason));
        Assert.Equal(events.OrderBy(stored => stored.Sequence), events);
        Assert.Equal(6, await log.One<long>("select version from mt_streams"));
    }

    [Fact]
    public async Task Should_leave_the_same_rows_as_an_append_of_its_own()
    {
        using var events = log.Store(new FakeTime());
        await events.Append(other, "session", 0, [Some.Event("1")]);
        await events.Append(other, "session", 1, [Some.Event("2"), Some.Event("3")]);
        var (start, further) = (new Writes(), new Writes());
        events.AppendTo(start, stream, "session", 0, [Some.Event("1")]);
        events.AppendTo(further, stream, "session", 1, [Some.Event("2"), Some.Event("3")]);

        await log.Run(start);
        await log.Run(further);

        Assert.Equal(await log.Stored(other), await log.Stored(stream));
        Assert.Equal(6, await log.One<long>("select count(distinct id) from mt_events"));
    }

    [Fact]
    public void Should_tell_the_length_of_the_events_as_JSON() => Assert.Equal(
        100, log.Events.AppendTo(new Writes(), stream, "session", 0, [Some.Event(new string('x', 100))])
            - log.Events.AppendTo(new Writes(), stream, "session", 0, [Some.Event("")]));

    [Fact]
    public async Task Should_append_to_two_streams()
    {
        await log.Run(Append(stream, 0, "1"));
        var writes = Append(stream, 1, "2", "3");
        log.Events.AppendTo(writes, other, "session", 0, [Some.Event("other")]);

        await log.Run(writes);

        Assert.Equal(["1", "2", "3"], (await log.Events.Read(stream)).Select(Reason));
        Assert.Equal(["other"], (await log.Events.Read(other)).Select(Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task Should_be_refused_at_another_version(long expected)
    {
        await log.Run(Append(stream, 0, "1", "2"));

        await Refused(Append(stream, expected, "late", "later"));

        Assert.Equal(["1", "2"], (await log.Events.Read(stream)).Select(Reason));
        Assert.Equal(2, await log.One<long>("select version from mt_streams"));
    }

    [Fact]
    public async Task Should_be_refused_when_the_stream_to_go_on_from_does_not_exist()
    {
        await Refused(Append(stream, 1, "late"));

        Assert.Equal(0, await log.One<long>("select (select count(*) from mt_streams) + (select count(*) from mt_events)"));
    }

    [Theory]
    [InlineData(0, typeof(StreamVersionConflictException))]
    [InlineData(1, typeof(StreamArchivedException))]
    [InlineData(7, typeof(StreamArchivedException))]
    public async Task Should_be_refused_when_the_stream_is_archived(long expected, Type refusal)
    {
        await log.Run(Append(stream, 0, "1"));
        await log.Run("update mt_streams set is_archived = true");

        await Refused(Append(stream, expected, "late"), refusal);

        Assert.Equal(1, await log.One<long>("select version from mt_streams"));
        Assert.Equal(1, await log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public void Should_be_refused_without_events() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Events.AppendTo(new Writes(), stream, "session", 0, []));

    [Fact]
    public void Should_be_refused_when_the_record_is_no_event_of_the_log() => Assert.Throws<InvalidOperationException>(
        () => log.Events.AppendTo(new Writes(), stream, "session", 0, [Some.Event(), new CancelTurn(stream, null)]));

    private Writes Append(Guid to, long version, params string[] reasons)
    {
        var writes = new Writes();
        log.Events.AppendTo(writes, to, "session", version, [.. reasons.Select(Some.Event)]);
        return writes;
    }

    private async Task Refused(Writes writes, Type? refusal = null)
    {
        var failure = await Assert.ThrowsAsync<PostgresException>(() => log.Run(writes));
        Assert.IsType(refusal ?? typeof(StreamVersionConflictException), EventStore.RefusalOf(failure));
    }

    private static string Reason(StoredEvent stored) => ((TurnFailed)stored.Data).Reason;
}

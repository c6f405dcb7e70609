using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Reading_a_stream : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event("another stream")]);
        await log.Events.Append(stream, "session", 0, [.. Enumerable.Range(1, 10).Select(number => Some.Event($"{number}"))]);
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event("another stream")]);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(1, long.MaxValue, new[] { 1L, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData(0, 2, new[] { 1L, 2 })]
    [InlineData(3, 5, new[] { 3L, 4, 5 })]
    [InlineData(10, 10, new[] { 10L })]
    [InlineData(10, 99, new[] { 10L })]
    [InlineData(11, 99, new long[0])]
    [InlineData(5, 4, new long[0])]
    public async Task Should_give_a_range_oldest_first(long from, long to, long[] versions)
    {
        var events = await log.Events.Read(stream, from, to);

        Assert.Equal(versions, events.Select(stored => stored.Version));
        Assert.All(events, stored =>
        {
            Assert.Equal(stream, stored.StreamId);
            Assert.Equal("turn_failed", stored.Name);
            Assert.Equal(Some.Event($"{stored.Version}"), stored.Data);
        });
    }

    [Fact]
    public async Task Should_give_the_last_of_some_kinds_newest_first()
    {
        await log.Events.Append(stream, "session", 10, [new SessionClosed(Guid.Empty, stream, DateTimeOffset.UnixEpoch), Some.Event("12")]);

        Assert.Equal([12L, 10, 9], Versions(await log.Events.ReadLast(stream, 99, [typeof(TurnFailed)], 3)));
        Assert.Equal([11L], Versions(await log.Events.ReadLast(stream, 99, [typeof(SessionClosed)], 3)));
        Assert.Equal([12L, 11], Versions(await log.Events.ReadLast(stream, 99, [typeof(SessionClosed), typeof(TurnFailed)], 2)));
        Assert.Equal([4L, 3], Versions(await log.Events.ReadLast(stream, 4, [typeof(TurnFailed)], 2)));
        Assert.Empty(await log.Events.ReadLast(stream, 99, [typeof(TurnStarted)], 2));
    }

    [Fact]
    public async Task Should_give_single_versions_and_leave_out_those_that_are_not_there() =>
        Assert.Equal([2L, 7], Versions(await log.Events.ReadVersions(stream, [7, 2, 99, 2, 0])));

    [Fact]
    public async Task Should_give_nothing_where_there_is_no_stream() => Assert.Empty(await log.Events.Read(Some.Id()));

    [Fact]
    public async Task Should_leave_out_what_is_archived()
    {
        await log.Run($"update mt_events set is_archived = true where stream_id = '{stream}' and version <= 9");

        Assert.Equal([10L], Versions(await log.Events.Read(stream)));
        Assert.Equal([10L], Versions(await log.Events.ReadLast(stream, 99, [typeof(TurnFailed)], 5)));
        Assert.Equal([10L], Versions(await log.Events.ReadVersions(stream, [9, 10])));
    }

    [Fact]
    public async Task Should_name_an_event_that_it_does_not_know()
    {
        await log.Run($"update mt_events set type = 'music_played' where stream_id = '{stream}' and version = 4");

        var failure = await Assert.ThrowsAsync<UnreadableEventException>(() => log.Events.Read(stream));

        Assert.Contains("'music_played'", failure.Message, StringComparison.Ordinal);
        Assert.Equal([5L, 6], Versions(await log.Events.Read(stream, 5, 6)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"ConversationId\": 1}")]
    [InlineData("{\"FailedAt\": \"yesterday\"}")]
    public async Task Should_name_the_event_whose_body_it_cannot_read(string body)
    {
        await log.Run($"update mt_events set data = '{body}' where stream_id = '{stream}' and version = 4");

        var failure = await Assert.ThrowsAsync<UnreadableEventException>(() => log.Events.Read(stream));

        Assert.Contains("'turn_failed'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_find_nothing_after_the_stream_was_removed()
    {
        await using (var connection = await log.Database.OpenConnectionAsync())
        {
            await using var batch = new Npgsql.NpgsqlBatch(connection) { BatchCommands = { EventStore.RemoveCommand(stream) } };
            await batch.ExecuteNonQueryAsync();
        }

        Assert.Empty(await log.Events.Read(stream));
        Assert.Equal(0, await log.One<long>($"select count(*) from mt_events where stream_id = '{stream}'"));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_events"));
    }

    private static IEnumerable<long> Versions(IEnumerable<StreamEvent> events) => events.Select(stored => stored.Version);
}

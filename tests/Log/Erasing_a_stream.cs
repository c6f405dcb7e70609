using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Erasing_a_stream : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Events.Append(stream, "session", 0, [Some.Event("quincunx"), Some.Event("quincunx")]);
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event("other")]);
        log.Events.Keep(stream, 0, [Some.Event("quincunx"), Some.Event("quincunx")], 100);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_leave_one_event_that_says_so(bool archived)
    {
        if (archived)
            await log.Events.Archive(stream);

        Assert.True(await log.Events.Erase(stream, "session", Erased));

        var left = Assert.Single(await log.Events.Read(stream));
        Assert.Equal((1, "session_erased", Erased), (left.Version, left.Name, left.Data));
        Assert.Empty(await log.Events.ReadLast(stream, 2, [typeof(TurnFailed)], 2));
        Assert.Equal(0, await log.One<long>("select count(*) from mt_events where data::text like '%quincunx%'"));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_do_nothing_where_there_is_no_stream()
    {
        Assert.False(await log.Events.Erase(Some.Id(), "session", Erased));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_streams"));
    }

    [Fact]
    public async Task Should_do_nothing_when_what_is_to_stay_is_no_event()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => log.Events.Erase(stream, "session", new CancelTurn(stream, null)));
        Assert.Equal(2, (await log.Events.Read(stream)).Count);
    }

    [Fact]
    public async Task Should_take_what_was_being_appended_with_it()
    {
        await using var connection = await log.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { log.Events.AppendCommand(stream, "session", 2, [Some.Event("quincunx")]) } })
            await batch.ExecuteNonQueryAsync();
        var erased = log.Events.Erase(stream, "session", Erased);
        await log.SomebodyWaits();

        await transaction.CommitAsync();

        Assert.True(await erased);
        Assert.Equal(["session_erased"], (await log.Events.Read(stream)).Select(stored => stored.Name));
    }

    private SessionErased Erased => new(Guid.Empty, stream, DateTimeOffset.UnixEpoch);
}

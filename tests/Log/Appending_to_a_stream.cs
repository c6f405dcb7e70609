using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Appending_to_a_stream : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_start_it_at_version_0_and_go_on_from_there()
    {
        Assert.Equal(2, await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]));
        Assert.Equal(3, await log.Events.Append(stream, "session", 2, [Some.Event("3")]));
        Assert.Equal(4, await log.Events.Append(stream, "session", null, [Some.Event("4")]));

        Assert.Equal(["1", "2", "3", "4"], await Reasons(stream));
        Assert.Equal(4, await log.One<long>("select version from mt_streams"));
    }

    [Fact]
    public async Task Should_start_it_at_any_version_as_well() =>
        Assert.Equal(1, await log.Events.Append(stream, "session", null, [Some.Event()]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task Should_be_refused_at_another_version(long expected)
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]);

        var conflict = await Assert.ThrowsAsync<StreamVersionConflictException>(
            () => log.Events.Append(stream, "session", expected, [Some.Event("late")]));

        Assert.Contains($"{stream}", conflict.Message, StringComparison.Ordinal);
        Assert.Contains("version 2", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await Reasons(stream));
        Assert.Equal(2, await log.One<long>("select version from mt_streams"));
    }

    /// <summary>By the plain statement and, as it gets too long for that, by the function.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public async Task Should_take_any_number_of_events_at_once(int count)
    {
        var expected = Enumerable.Range(0, 2 * count).Select(number => $"{number}").ToList();
        Assert.Equal(count, await log.Events.Append(stream, "session", 0, [.. expected.Take(count).Select(Some.Event)]));
        Assert.Equal(2 * count, await log.Events.Append(stream, "session", count, [.. expected.Skip(count).Select(Some.Event)]));

        Assert.Equal(expected, await Reasons(stream));
        var events = await log.Events.Read(stream);
        Assert.Equal(Enumerable.Range(1, 2 * count).Select(version => (long)version), events.Select(stored => stored.Version));
        Assert.Equal(events.OrderBy(stored => stored.Sequence), events);
        Assert.Equal(2 * count, await log.One<long>("select version from mt_streams"));
    }

    [Fact]
    public async Task Should_leave_the_same_rows_whichever_way_it_goes()
    {
        var other = Some.Id();
        using var events = log.Store(new FakeTime());
        await events.Append(stream, "session", 0, [Some.Event("1")]);
        await events.Append(stream, "session", 1, [Some.Event("2"), Some.Event("3")]);
        await events.Append(other, "session", null, [Some.Event("1")]);
        await events.Append(other, "session", null, [Some.Event("2"), Some.Event("3")]);

        Assert.Equal(await log.Stored(other), await log.Stored(stream));
        Assert.Equal(6, await log.One<long>("select count(distinct id) from mt_events"));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_streams where timestamp > created"));
    }

    /// <summary>A gap would hold up whoever follows the log.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Should_leave_no_gap_in_the_log_when_it_is_refused(long wrong)
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("1")]);
        await Assert.ThrowsAsync<StreamVersionConflictException>(() => log.Events.Append(stream, "session", wrong, [Some.Event("late"), Some.Event("later")]));
        await log.Events.Append(stream, "session", 1, [Some.Event("2")]);

        Assert.Equal([1L, 2], (await log.Events.Read(stream)).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task Should_be_refused_when_the_stream_to_go_on_from_does_not_exist()
    {
        await Assert.ThrowsAsync<StreamVersionConflictException>(() => log.Events.Append(stream, "session", 1, [Some.Event()]));
        Assert.Equal(0, await log.One<long>("select count(*) from mt_streams"));
    }

    [Fact]
    public async Task Should_be_refused_when_the_stream_is_archived()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event()]);
        Assert.True(await log.Events.Archive(stream));

        foreach (var expected in new long?[] { null, 0, 1 })
        {
            var refused = await Assert.ThrowsAsync<StreamArchivedException>(() => log.Events.Append(stream, "session", expected, [Some.Event()]));
            Assert.Contains($"{stream}", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, await log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_be_refused_when_the_stream_is_another_tenants()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event()]);
        await log.Run("update mt_streams set tenant_id = 'somebody'");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => log.Events.Append(stream, "session", 1, [Some.Event()]));
        Assert.Equal("MT002", refused.SqlState);
    }

    [Fact]
    public async Task Should_be_refused_without_events() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.Events.Append(stream, "session", 0, []));

    [Fact]
    public async Task Should_be_refused_when_the_record_is_no_event_of_the_log()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => log.Events.Append(stream, "session", 0, [Some.Event(), new CancelTurn(stream, null)]));

        Assert.Contains("Bus.Contracts.CancelTurn", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await log.One<long>("select count(*) from mt_streams"));
    }

    [Fact]
    public async Task Should_be_undone_with_somebody_elses_transaction()
    {
        await using (var connection = await log.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { log.Events.AppendCommand(stream, "session", 0, [Some.Event()]) } };
            await batch.ExecuteNonQueryAsync();
            await transaction.RollbackAsync();
        }

        Assert.Equal(0, await log.One<long>("select (select count(*) from mt_streams) + (select count(*) from mt_events)"));
        Assert.Equal(1, await log.Events.Append(stream, "session", 0, [Some.Event()]));
    }

    [Fact]
    public async Task Should_fail_as_a_whole_when_one_of_two_streams_conflicts()
    {
        var other = Some.Id();
        await log.Events.Append(other, "session", 0, [Some.Event()]);
        await using (var connection = await log.Database.OpenConnectionAsync())
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    log.Events.AppendCommand(stream, "session", 0, [Some.Event()]),
                    log.Events.AppendCommand(other, "session", 0, [Some.Event()]),
                },
            };
            var refused = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());
            Assert.NotNull(EventStore.RefusalOf(refused));
        }

        Assert.Empty(await log.Events.Read(stream));
    }

    private async Task<IEnumerable<string>> Reasons(Guid of) =>
        (await log.Events.Read(of)).Select(stored => ((TurnFailed)stored.Data).Reason);
}

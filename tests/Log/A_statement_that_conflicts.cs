using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>A statement with several writes, of which one appends to a stream that is at another version.</summary>
public sealed class A_statement_that_conflicts : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private readonly Guid other = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Run("create table notes (text text)");
        await log.Events.Append(stream, "session", 0, [Some.Event("start")]);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public async Task Should_leave_nothing_of_its_other_writes(long wrong, bool conflictsFirst)
    {
        var writes = new Writes();
        if (conflictsFirst)
            log.Events.AppendTo(writes, stream, "session", wrong, [Some.Event("late")]);
        writes.Add($"insert into notes values ({writes.Value("note")})");
        log.Events.AppendTo(writes, other, "session", 0, [Some.Event("other")]);
        if (!conflictsFirst)
            log.Events.AppendTo(writes, stream, "session", wrong, [Some.Event("late")]);

        await Conflicts(() => log.Run(writes));

        Assert.Equal(0, await log.One<long>("select count(*) from notes"));
        Assert.Equal([stream], await log.Rows<Guid>("select id from mt_streams"));
        Assert.Equal(["start"], await Reasons());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_be_the_second_of_two_at_the_same_version(bool started)
    {
        var (to, version) = started ? (stream, 1L) : (other, 0L);

        await Conflicts(() => Second(to, version, Append(to, version, "first").Statement(), first => first.CommitAsync()));

        Assert.Equal("first", (await Reasons())[^1]);
        Assert.Equal(version + 1, await log.One<long>($"select version from mt_streams where id = '{to}'"));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_events"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_be_none_when_the_first_of_two_gives_up(bool started)
    {
        var (to, version) = started ? (stream, 1L) : (other, 0L);

        await Second(to, version, Append(to, version, "first").Statement(), first => first.RollbackAsync());

        Assert.Equal(["start", "second"], await Reasons());
        Assert.Equal(version + 1, await log.One<long>($"select version from mt_streams where id = '{to}'"));
    }

    /// <summary>The two ways of appending know of each other.</summary>
    [Fact]
    public async Task Should_be_one_that_waited_for_an_append_by_the_function()
    {
        var function = log.Events.AppendCommand(stream, "session", 1, [Some.Event("first")]);

        await Conflicts(() => Second(stream, 1, function, first => first.CommitAsync()));

        Assert.Equal(["start", "first"], await Reasons());
    }

    private Writes Append(Guid to, long version, string reason)
    {
        var writes = new Writes();
        log.Events.AppendTo(writes, to, "session", version, [Some.Event(reason)]);
        return writes;
    }

    /// <summary>An append that waits for another at the same version, whose transaction ends then.</summary>
    private async Task Second(Guid to, long version, NpgsqlBatchCommand append, Func<NpgsqlTransaction, Task> end)
    {
        await using var connection = await log.Database.OpenConnectionAsync();
        await using var first = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { append } };
        await batch.ExecuteNonQueryAsync();
        var second = log.Run(Append(to, version, "second"));
        await log.SomebodyWaits();

        await end(first);

        await second;
    }

    private static async Task Conflicts(Func<Task> write) =>
        Assert.NotNull(EventStore.RefusalOf(await Assert.ThrowsAsync<PostgresException>(write)));

    private Task<IReadOnlyList<string>> Reasons() => log.Rows<string>("select data ->> 'Reason' from mt_events order by seq_id");
}

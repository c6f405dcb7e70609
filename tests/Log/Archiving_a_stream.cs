using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Archiving_a_stream : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private readonly Guid other = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2")]);
        await log.Events.Append(other, "session", 0, [Some.Event("other")]);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_leave_it_out_of_every_read_and_keep_its_rows()
    {
        log.Events.Keep(stream, 0, [Some.Event("1"), Some.Event("2")], 100);

        Assert.True(await log.Events.Archive(stream));

        Assert.Empty(await log.Events.Read(stream));
        Assert.Empty(await log.Events.Read(stream, DateTimeOffset.MaxValue));
        Assert.Empty(await log.Events.ReadLast(stream, 2, [Some.Event().GetType()], 2));
        Assert.Empty(await log.Events.ReadVersions(stream, [1, 2]));
        Assert.Equal(0, await log.Events.Aggregate<int>(stream, (count, _) => count + 1));
        Assert.Equal(2, await log.One<long>("select count(*) from mt_events where is_archived"));
        Assert.True(await log.One<bool>($"select is_archived from mt_streams where id = '{stream}'"));
    }

    [Fact]
    public async Task Should_leave_others_alone()
    {
        await log.Events.Archive(stream);

        Assert.Single(await log.Events.Read(other));
        Assert.Equal(2, await log.Events.Append(other, "session", 1, [Some.Event()]));
    }

    [Fact]
    public async Task Should_happen_once()
    {
        Assert.True(await log.Events.Archive(stream));
        Assert.False(await log.Events.Archive(stream));
        Assert.False(await log.Events.Archive(Some.Id()));
    }

    /// <summary>Nothing is left unarchived in an archived stream.</summary>
    [Fact]
    public async Task Should_wait_for_an_append_in_progress_and_archive_its_events_as_well()
    {
        await using var connection = await log.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { log.Events.AppendCommand(stream, "session", 2, [Some.Event("3")]) } })
            await batch.ExecuteNonQueryAsync();
        var archived = log.Events.Archive(stream);
        await log.SomebodyWaits();

        await transaction.CommitAsync();

        Assert.True(await archived);
        Assert.Equal(3, await log.One<long>("select count(*) from mt_events where is_archived"));
        Assert.Empty(await log.Events.Read(stream));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_refuse_the_append_that_waited_for_it(bool withinStatement)
    {
        await using var connection = await log.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var archive = new NpgsqlCommand($"select mt_archive_stream('{stream}')", connection))
            await archive.ExecuteNonQueryAsync();
        var append = withinStatement ? AppendWithinStatement() : log.Events.Append(stream, "session", 2, [Some.Event("late")]);
        await log.SomebodyWaits();

        await transaction.CommitAsync();

        await Assert.ThrowsAsync<StreamArchivedException>(() => append);
        Assert.Equal(2, await log.One<long>($"select count(*) from mt_events where stream_id = '{stream}'"));
    }

    private async Task AppendWithinStatement()
    {
        var writes = new Writes();
        log.Events.AppendTo(writes, stream, "session", 2, [Some.Event("late")]);
        try
        {
            await log.Run(writes);
        }
        catch (PostgresException failure)
        {
            throw EventStore.RefusalOf(failure)!;
        }
    }
}

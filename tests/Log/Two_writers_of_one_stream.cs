using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>On two connections, the second while the first one's transaction is open.</summary>
public sealed class Two_writers_of_one_stream : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_not_both_succeed_at_the_same_version(bool started)
    {
        var version = started ? await log.Events.Append(stream, "session", 0, [Some.Event("start")]) : 0;
        await using var first = await Writer.Begin(log);
        await first.Append(stream, version, "first");
        var second = log.Events.Append(stream, "session", version, [Some.Event("second")]);
        await log.SomebodyWaits();

        await first.Commit();

        await Assert.ThrowsAsync<StreamVersionConflictException>(() => second);
        Assert.Equal("first", Assert.Single(await log.Events.Read(stream, version + 1)) is { Data: TurnFailed last } ? last.Reason : "");
        Assert.Equal(version + 1, await log.One<long>("select version from mt_streams"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_let_the_second_succeed_when_the_first_gives_up(bool started)
    {
        var version = started ? await log.Events.Append(stream, "session", 0, [Some.Event("start")]) : 0;
        await using var first = await Writer.Begin(log);
        await first.Append(stream, version, "first");
        var second = log.Events.Append(stream, "session", version, [Some.Event("second")]);
        await log.SomebodyWaits();

        await first.Rollback();

        Assert.Equal(version + 1, await second);
        Assert.Equal("second", Assert.Single(await log.Events.Read(stream, version + 1)) is { Data: TurnFailed last } ? last.Reason : "");
    }

    [Fact]
    public async Task Should_both_succeed_at_any_version()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event("start")]);
        await using var first = await Writer.Begin(log);
        await first.Append(stream, null, "first");
        var second = log.Events.Append(stream, "session", null, [Some.Event("second")]);
        await log.SomebodyWaits();

        await first.Commit();

        Assert.Equal(3, await second);
        Assert.Equal(["start", "first", "second"], (await log.Events.Read(stream)).Select(stored => ((TurnFailed)stored.Data).Reason));
    }

    [Fact]
    public async Task Should_not_wait_for_each_other_on_different_streams()
    {
        await using var first = await Writer.Begin(log);
        await first.Append(stream, 0, "first");

        Assert.Equal(1, await log.Events.Append(Some.Id(), "session", 0, [Some.Event("second")]).WaitAsync(Patience.Limit));
    }

    private sealed class Writer(TestLog log, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Writer> Begin(TestLog log)
        {
            var connection = await log.Database.OpenConnectionAsync();
            return new Writer(log, connection, await connection.BeginTransactionAsync());
        }

        public async Task Append(Guid stream, long? version, string reason)
        {
            await using var batch = new NpgsqlBatch(connection, transaction)
            {
                BatchCommands = { log.Events.AppendCommand(stream, "session", version, [Some.Event(reason)]) },
            };
            await batch.ExecuteNonQueryAsync();
        }

        public Task Commit() => transaction.CommitAsync();

        public Task Rollback() => transaction.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

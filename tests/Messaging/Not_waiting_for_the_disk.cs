using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>Connections are not reset between uses: what a statement sets must end with its transaction.</summary>
public sealed class Not_waiting_for_the_disk : IAsyncLifetime
{
    private const string Setting = "select current_setting('synchronous_commit')";

    private TestLog log = null!;
    private NpgsqlConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.CreateEmpty();
        await log.Run("create table notes (waits text)");
        connection = await log.Database.OpenConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await log.DisposeAsync();
    }

    [Theory]
    [InlineData(true, "on")]
    [InlineData(false, "off")]
    public async Task Should_end_with_the_transaction(bool waitForDisk, string within)
    {
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Execute(Statement(waitForDisk));
            Assert.Equal(within, await Ask());
            await transaction.CommitAsync();
        }

        Assert.Equal("on", await Ask());
    }

    [Fact]
    public async Task Should_end_with_the_transaction_in_a_shared_round_trip()
    {
        var first = Statement(waitForDisk: false);
        first.AppendErrorBarrier = true;

        await Execute(first, new NpgsqlBatchCommand($"insert into notes {Setting}"));

        Assert.Equal(["on", "some"], await log.Rows<string>("select waits from notes order by 1"));
        Assert.Equal("on", await Ask());
    }

    [Fact]
    public async Task Should_end_when_the_statement_fails()
    {
        await log.Run("create unique index on notes (waits)");
        await Execute(Statement(waitForDisk: false));

        await Assert.ThrowsAsync<PostgresException>(() => Execute(Statement(waitForDisk: false)));

        Assert.Equal("on", await Ask());
    }

    private static NpgsqlBatchCommand Statement(bool waitForDisk)
    {
        var writes = new Writes();
        writes.Add($"insert into notes values ({writes.Value("some")})");
        return writes.Statement(waitForDisk);
    }

    private async Task Execute(params NpgsqlBatchCommand[] statements)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
    }

    private async Task<string> Ask()
    {
        await using var command = new NpgsqlCommand(Setting, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}

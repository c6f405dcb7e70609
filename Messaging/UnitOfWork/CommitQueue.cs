using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// Commits units of work. Those that wait at the same time share a connection and a round trip; each stays a transaction
/// of its own. Under load that spares PostgreSQL and us most of what a round trip costs.
/// </summary>
internal sealed class CommitQueue(NpgsqlDataSource database) : BackgroundService
{
    private const int Connections = 8;
    private const int MostAtOnce = 16;

    private readonly Channel<Pending> pending = Channel.CreateUnbounded<Pending>();

    /// <summary>Runs the statements of a unit in one transaction.</summary>
    /// <param name="statements">Makes the statements; called again when they must be run again.</param>
    /// <exception cref="PostgresException">PostgreSQL refused one; nothing of the unit is committed.</exception>
    public async Task Commit(Func<IReadOnlyList<NpgsqlBatchCommand>> statements)
    {
        var unit = new Pending(statements);
        pending.Writer.TryWrite(unit);
        if (await unit.IsCommitted.Task)
            return;

        // Another unit of the round trip failed, and with it the knowledge of this one's fate. Run again, it is either
        // committed now or refused as a duplicate of itself.
        await using var batch = database.CreateBatch();
        Add(batch, statements());
        await batch.ExecuteNonQueryAsync();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => CommitAll(stoppingToken), stoppingToken)));

    private async Task CommitAll(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Not WaitToReadAsync: it would wake all for one.
                var units = new List<Pending> { await pending.Reader.ReadAsync(stoppingToken) };
                while (units.Count < MostAtOnce && pending.Reader.TryRead(out var unit))
                    units.Add(unit);
                await CommitTogether(units);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task CommitTogether(List<Pending> units)
    {
        var committed = true;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection);
            foreach (var unit in units)
                Add(batch, unit.Statements());
            await batch.ExecuteNonQueryAsync();
        }
        catch (Exception)
        {
            committed = false; // Each runs again, alone, and learns of its own failure.
        }

        foreach (var unit in units)
            unit.IsCommitted.TrySetResult(committed);
    }

    private static void Add(NpgsqlBatch batch, IReadOnlyList<NpgsqlBatchCommand> statements)
    {
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        statements[^1].AppendErrorBarrier = true; // here the transaction of this unit ends
    }

    private sealed record Pending(Func<IReadOnlyList<NpgsqlBatchCommand>> Statements)
    {
        public TaskCompletionSource<bool> IsCommitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

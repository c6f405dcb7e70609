using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// Commits units of work. Those that wait at the same time share a connection, a round trip and a wait for the disk; each
/// stays a transaction of its own. Under load that spares PostgreSQL and us most of what a round trip costs.
/// </summary>
internal sealed class CommitQueue(NpgsqlDataSource database) : BackgroundService
{
    // Few, so that units come together; enough that one long unit does not hold up the others.
    private const int Connections = 4;
    private const int MostAtOnce = 32;

    private readonly Channel<Pending> pending = Channel.CreateUnbounded<Pending>();

    /// <summary>Runs the statements of a unit in one transaction.</summary>
    /// <param name="statements">
    /// Makes the statements, which need not wait for the disk when told so; called again when they must be run again.
    /// </param>
    /// <exception cref="PostgresException">PostgreSQL refused one; nothing of the unit is committed.</exception>
    public async Task Commit(Func<bool, IReadOnlyList<NpgsqlBatchCommand>> statements)
    {
        var unit = new Pending(statements);
        pending.Writer.TryWrite(unit);
        if (await unit.IsCommitted.Task)
            return;

        // Another unit of the round trip failed, and with it the knowledge of this one's fate. Run again, it is either
        // committed now or refused as a duplicate of itself.
        await using var batch = database.CreateBatch();
        Add(batch, statements(true));
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
            // Nobody is told before the last is on the disk, and with it all before it.
            foreach (var unit in units)
                Add(batch, unit.Statements(unit == units[^1]));
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

    private sealed class Pending(Func<bool, IReadOnlyList<NpgsqlBatchCommand>> statements)
    {
        public Func<bool, IReadOnlyList<NpgsqlBatchCommand>> Statements => statements;

        public TaskCompletionSource<bool> IsCommitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

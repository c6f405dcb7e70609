using Bus.Llm.Metering.Limiting;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>What the settling of attempts runs, on a connection of its own.</summary>
internal sealed class SettlementStatements(NpgsqlDataSource database, LedgerRun run, LimitBook limits, TimeProvider time) : IAsyncDisposable
{
    private const int MostRestoredAtOnce = 128;

    /// <summary>A transaction that waits for the disk, and with it for all before it.</summary>
    private const string Flush = "select pg_logical_emit_message(true, 'bus', '')";

    private readonly KeptConnection kept = new(database);
    private readonly ReserveStatement reserve = new();
    private readonly SettleStatement settle = new();

    /// <summary>What a failure means.</summary>
    public LedgerFailure KindOf(Exception failure) => LedgerFailures.Of(failure, database);

    /// <summary>Gives the connection up.</summary>
    public ValueTask Drop() => kept.Drop();

    /// <summary>Settles attempts; when the call returns, that is on the disk. The locks of the counters are held for the writing only, and not while the disk is waited for.</summary>
    public Task<Settled> Settle(IReadOnlyList<PendingSettlement> settlements) => AtVersion(async known =>
    {
        settle.Clear();
        foreach (var settlement in settlements)
        {
            var (reservation, took) = (settlement.Attempt.Reservation, settlement.Settlement);
            known.Add(
                settle.Raises, settle.Add(reservation.AttemptId, settlement.Body), reservation, unit => Amounts.Of(unit, took.Tokens, took.Cost) - Amounts.Of(unit, reservation));
        }

        var (connection, _) = await kept.Get(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { settle.Command(known.Version, areLost: false, time.GetUtcNow()), new NpgsqlBatchCommand(Flush) },
        };
        batch.BatchCommands[0].AppendErrorBarrier = true; // here its transaction ends
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var settled = await SettleStatement.Read(reader, CancellationToken.None);
        while (await reader.NextResultAsync(CancellationToken.None))
        {
        }

        return settled;
    });

    /// <summary>Puts aside again what PostgreSQL may have lost; what it has not is left as it is.</summary>
    public async Task Restore(IReadOnlyList<OpenAttempt> attempts)
    {
        foreach (var some in attempts.Chunk(MostRestoredAtOnce))
        {
            try
            {
                await PutAside(some);
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                await PutAside(some); // The statement that was given up came through at the same moment: now it is found.
            }
        }
    }

    private Task<Reserved> PutAside(OpenAttempt[] attempts) => AtVersion(async known =>
    {
        reserve.Clear();
        foreach (var attempt in attempts)
            known.AddUnlimited(reserve.Raises, reserve.Add(attempt), attempt.Reservation);
        var stream = run.StreamId;
        var reserved = await await reserve.Send(kept, known.Version, run.Id, stream, isAgain: true, time.GetUtcNow());
        run.Appended(stream, reserved.Version);
        return reserved;
    });

    /// <summary>Runs a statement with the limits that are known, and once more with those that there are.</summary>
    private async Task<T> AtVersion<T>(Func<KnownLimits, Task<T>> statement)
    {
        while (true)
        {
            try
            {
                return await statement(limits.Known);
            }
            catch (PostgresException failure) when (KindOf(failure) == LedgerFailure.LimitsChanged)
            {
                await limits.Read(CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reserve.DisposeAsync();
        await kept.DisposeAsync();
    }
}

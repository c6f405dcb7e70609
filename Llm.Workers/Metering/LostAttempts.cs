using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog;
using Bus.Llm.Metering.Limiting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>
/// Settles what dead processes have left open: with what they had told, or with the prompt alone. A process that was only cut off, and settles the same later, finds
/// that and corrects it.
/// </summary>
internal sealed partial class LostAttempts(
    NpgsqlDataSource database, LedgerRun run, LimitBook limits, IModelCatalog catalog, TimeProvider time, ILogger<LostAttempts> log)
{
    private const int MostAtOnce = 128;

    /// <summary>Whose lock was free the last time. One that has just lost its connection takes it again within a second.</summary>
    private HashSet<Guid> suspects = [];

    /// <summary>Settles for those who were dead the last time, too.</summary>
    public async Task Settle(CancellationToken cancellation)
    {
        var free = new HashSet<Guid>();
        foreach (var other in await Others(cancellation))
        {
            if (!suspects.Contains(other))
            {
                if (await IsFree(other, cancellation))
                    free.Add(other);
                continue;
            }

            await limits.Read(cancellation);
            var (count, all) = (0, 0);
            while ((count = await SettleSome(other, cancellation)) > 0)
                all += count;
            if (all > 0)
                LogLost(all, other);
        }

        suspects = free;
    }

    private async Task<List<Guid>> Others(CancellationToken cancellation)
    {
        await using var command = database.Statement("select distinct process_id from llm_open where process_id <> $1", run.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var others = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
            others.Add(reader.GetGuid(0));
        return others;
    }

    private async Task<bool> IsFree(Guid other, CancellationToken cancellation)
    {
        await using var command = database.Statement($"select pg_try_advisory_xact_lock({LedgerPresence.Lock})", other);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Under the lock of the process, so that one does it, and not the process itself at the same time.</summary>
    private async Task<int> SettleSome(Guid other, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var lockIt = connection.Statement($"select pg_try_advisory_xact_lock({LedgerPresence.Lock})", other))
        {
            if (await lockIt.ExecuteScalarAsync(cancellation) is not true)
                return 0;
        }

        var lost = await Open(connection, other, cancellation);
        if (lost.Count == 0)
            return 0;
        var (settle, known, prices) = (new SettleStatement(), limits.Known, await catalog.Get(cancellation));
        foreach (var attempt in lost)
        {
            var took = Settlement(attempt, prices);
            known.Add(
                settle.Raises, settle.Add(took.AttemptId, LedgerJson.Of(took)), attempt.Reservation, unit => Amounts.Of(unit, took.Tokens, took.Cost) - Amounts.Of(unit, attempt.Reservation));
        }

        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { settle.Command(known.Version, areLost: true, time.GetUtcNow()) } };
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
            await SettleStatement.Read(reader, cancellation);
        await connection.Run("select set_config('synchronous_commit', 'on', true)", cancellation);
        await transaction.CommitAsync(cancellation);
        return lost.Count;
    }

    private static async Task<List<Left>> Open(NpgsqlConnection connection, Guid other, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            """
            select e.data, o.input, o.output, o.cached, o.reasoning, o.provider_call_id
            from llm_open o join mt_events e on e.stream_id = o.stream_id and e.version = o.version
            where o.process_id = $1 order by o.attempt_id limit $2
            """,
            other, MostAtOnce);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var open = new List<Left>();
        while (await reader.ReadAsync(cancellation))
        {
            var soFar = await reader.IsDBNullAsync(1, cancellation) ? null : new TokenCounts(reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4));
            open.Add(new Left(
                JsonSerializer.Deserialize<UsageReserved>(reader.GetString(0))!, soFar, await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5)));
        }

        return open;
    }

    private UsageSettled Settlement(Left left, CatalogSnapshot catalog)
    {
        var reservation = left.Reservation;
        var tokens = left.SoFar ?? new TokenCounts(reservation.InputTokens, 0, 0, 0);
        var price = catalog.Models.FirstOrDefault(model => model.Id == reservation.CatalogId)?.PriceAt(reservation.ReservedAt);
        return new UsageSettled(
            reservation.AttemptId, AttemptOutcomes.Lost, UsageBases.Aborted, tokens, price is null ? null : Cost.Of(price, tokens), price, null, left.ProviderCallId, null, time.GetUtcNow());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settled {Count} calls to models as lost: their process {Process} does not live any more")]
    private partial void LogLost(int count, Guid process);

    /// <summary>An attempt that a dead process has left.</summary>
    private sealed record Left(UsageReserved Reservation, TokenCounts? SoFar, string? ProviderCallId);
}

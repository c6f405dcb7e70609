using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Metering.Limiting;
using Bus.Messaging;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Metering;

/// <summary>
/// Corrects what settled attempts took, each correction once, and with them what limits count. Nobody else does: where the last figures of an attempt are, and what is
/// counted, is in tables that follow.
/// </summary>
internal sealed class Corrections(NpgsqlDataSource database, LimitBook limits, TimeProvider time) : ILedgerCorrections
{
    private const int MostAtOnce = 100;

    /// <inheritdoc cref="ILedger.Correct"/>
    public async Task<int> Correct(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation) =>
        (await Write(corrections, (_, _) => true, cancellation)).Written;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Guid>> Reprice(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation) =>
        (await Write(corrections, (correction, now) => now.Tokens == correction.Tokens, cancellation)).Left;

    /// <param name="corrections">What is to be corrected.</param>
    /// <param name="holds">A correction holds for the figures that its attempt has now.</param>
    /// <param name="cancellation">Gives up; what is written stays.</param>
    /// <returns>How many were written, and the attempts of which one was not: those that are not settled, and those of which it does not hold.</returns>
    private async Task<(int Written, List<Guid> Left)> Write(
        IReadOnlyList<UsageCorrected> corrections, Func<UsageCorrected, Figure, bool> holds, CancellationToken cancellation)
    {
        var (written, left) = (0, new List<Guid>());
        foreach (var some in corrections.DistinctBy(correction => correction.CorrectionId).Chunk(MostAtOnce))
        {
            // Those that were reckoned against figures that somebody else corrected meanwhile are reckoned anew.
            for (IReadOnlyList<UsageCorrected> again = some; again.Count > 0;)
            {
                var figures = await Figures(again, cancellation);
                var wanted = again.Where(correction => figures.TryGetValue(correction.AttemptId, out var now) && !now.Corrections.Contains(correction.CorrectionId)).ToList();
                var valid = wanted.Where(correction => holds(correction, figures[correction.AttemptId])).ToList();
                left.AddRange(again.Where(correction => !figures.ContainsKey(correction.AttemptId)).Concat(wanted.Except(valid)).Select(correction => correction.AttemptId));
                (var applied, again) = valid.Count == 0 ? (0, []) : await Apply(valid, figures, cancellation);
                written += applied;
            }
        }

        return (written, left);
    }

    private async Task<(int Applied, IReadOnlyList<UsageCorrected> Stale)> Apply(
        List<UsageCorrected> wanted, Dictionary<Guid, Figure> figures, CancellationToken cancellation)
    {
        var known = limits.Known;
        var raises = new Raises();
        for (var number = 1; number <= wanted.Count; number++)
        {
            var (now, before) = (wanted[number - 1], figures[wanted[number - 1].AttemptId]);
            known.Add(raises, number, before.Reservation, unit => Amounts.Of(unit, now.Tokens, now.Cost) - Amounts.Of(unit, before.Tokens, before.Cost));
        }

        try
        {
            var (applied, stale) = await Run(wanted, figures, raises, known, cancellation);
            return (applied.Length, [.. stale.Select(number => wanted[number - 1])]);
        }
        catch (PostgresException failure) when (LedgerFailures.Of(failure, database) is LedgerFailure.LimitsChanged or LedgerFailure.Conflict)
        {
            await limits.Read(cancellation);
            return (0, wanted);
        }
    }

    private async Task<(int[] Applied, int[] Stale)> Run(
        List<UsageCorrected> wanted, Dictionary<Guid, Figure> figures, Raises raises, KnownLimits known, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = connection.Statement(
            "select applied, stale from bus_correct($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            known.Version, wanted.Select(correction => correction.AttemptId).ToArray(), wanted.Select(correction => correction.CorrectionId).ToArray(),
            wanted.Select(correction => figures[correction.AttemptId].Version).ToArray(), wanted.Select(correction => LedgerIds.Corrected(correction.CorrectionId)).ToArray());
        command.Parameters.Add(new() { Value = wanted.Select(correction => LedgerJson.Of(correction)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime });
        raises.AddTo(command.Parameters, withLimits: false);
        (int[], int[]) answer;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            answer = (reader.GetFieldValue<int[]>(0), reader.GetFieldValue<int[]>(1));
        }

        await connection.Run("select set_config('synchronous_commit', 'on', true)", cancellation); // whoever corrects is told when it is on the disk
        await transaction.CommitAsync(cancellation);
        return answer;
    }

    /// <summary>What the ledger says of the attempts; those that are not settled are not among them.</summary>
    private async Task<Dictionary<Guid, Figure>> Figures(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            """
            select s.attempt_id, s.latest, r.data, l.data, coalesce(s.corrections, '{}') from llm_settled s
            join mt_events r on r.stream_id = s.stream_id and r.version = s.reserved
            join mt_events l on l.stream_id = s.stream_id and l.version = s.latest
            where s.attempt_id = any($1)
            """,
            corrections.Select(correction => correction.AttemptId).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var figures = new Dictionary<Guid, Figure>();
        while (await reader.ReadAsync(cancellation))
        {
            var took = JsonSerializer.Deserialize<Took>(reader.GetString(3))!;
            figures[reader.GetGuid(0)] = new Figure(reader.GetInt64(1), JsonSerializer.Deserialize<UsageReserved>(reader.GetString(2))!, took.Tokens, took.Cost, reader.GetFieldValue<Guid[]>(4));
        }

        return figures;
    }

    /// <summary>What a settlement and a correction have in common.</summary>
    private sealed record Took(TokenCounts Tokens, decimal? Cost);

    private sealed record Figure(long Version, UsageReserved Reservation, TokenCounts Tokens, decimal? Cost, Guid[] Corrections);
}

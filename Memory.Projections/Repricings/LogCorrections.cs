using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Ledger;
using Bus.Messaging;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>
/// Writes corrections into the streams of their attempts. What the projection has not seen yet of these is read from the log, while nobody else can write to them.
/// </summary>
internal sealed class LogCorrections(NpgsqlDataSource database, EventStore log, EventTypes types) : ILedgerCorrections
{
    private const string StreamType = "ledger";

    public async Task<IReadOnlyList<Guid>> Reprice(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation)
    {
        var ids = corrections.Select(correction => correction.AttemptId).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var attempts = await Current(connection, ids, cancellation);
        var wanted = corrections.Where(correction => attempts.TryGetValue(correction.AttemptId, out var now) && !now.Corrections.Contains(correction.CorrectionId)).ToList();
        var valid = wanted.Where(correction => attempts[correction.AttemptId].Took() == correction.Tokens).ToList();
        if (valid.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var stream in valid.GroupBy(correction => attempts[correction.AttemptId].StreamId))
                batch.BatchCommands.Add(log.AppendCommand(stream.Key, StreamType, null, [.. stream]));
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return [.. ids.Where(id => !attempts.ContainsKey(id)), .. wanted.Except(valid).Select(correction => correction.AttemptId)];
    }

    /// <summary>The attempts as the log has them, and keeps them until the end of the transaction.</summary>
    private async Task<Dictionary<Guid, LedgerRow>> Current(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellation)
    {
        await connection.Run("""
            select from mt_streams where id in (select stream_id from bus_ledger where attempt_id = any($1)) order by id for update
            """, cancellation, ids);
        var seen = await Seen(connection, cancellation); // first: the rows are as new as that, or newer
        var rows = (await connection.Attempts("attempt_id = any($1)", cancellation, ids)).ToDictionary(row => row.AttemptId);
        foreach (var e in await Later(connection, seen, rows.Values, cancellation))
        {
            if (AttemptHistory.AttemptOf(e.Data) is { } id && rows.TryGetValue(id, out var row))
                rows[id] = AttemptHistory.After(row, e.Data, row.Id, e.StreamId)!;
        }

        return rows;
    }

    private static async Task<long> Seen(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select last_seq_id from bus_projection_progress where name = 'Ledger'");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<IReadOnlyList<StreamEvent>> Later(NpgsqlConnection connection, long seen, IEnumerable<LedgerRow> rows, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            "select stream_id, version, type, data::text from mt_events where seq_id > $1 and stream_id = any($2) and not is_archived order by stream_id, version",
            seen, rows.Select(row => row.StreamId).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StreamEvent>();
        while (await reader.ReadAsync(cancellation))
            events.Add(new StreamEvent(reader.GetGuid(0), reader.GetInt64(1), types.Read(reader.GetString(2), reader.GetString(3))));
        return events;
    }
}

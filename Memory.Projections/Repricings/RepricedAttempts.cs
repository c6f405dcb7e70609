using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Ledger;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>Which attempts does a re-pricing concern?</summary>
/// <param name="database">Where the log and the projection are.</param>
/// <param name="types">The events of the log.</param>
internal sealed class RepricedAttempts(NpgsqlDataSource database, EventTypes types)
{
    private const string Concerned = $"""
        catalog_id = $1 and reserved_at >= $2 and reserved_at < $3 and outcome not in ('{LedgerRow.Open}', '{AttemptOutcomes.Cached}')
        """;

    /// <summary>What it would change, as the projection has it.</summary>
    public async Task<RepricingSum> Preview(Repricing repricing, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            $"select owner, cost, input_tokens, output_tokens, cached_tokens, reasoning_tokens from bus_ledger where {Concerned}",
            repricing.Model, repricing.From.UtcDateTime, repricing.To.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sum = new RepricingSum();
        while (await reader.ReadAsync(cancellation))
        {
            var tokens = new TokenCounts(reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5));
            sum.Add(reader.GetString(0), reader.GetFieldValue<decimal?>(1), Cost.Of(repricing.Price, tokens));
        }

        return sum;
    }

    /// <summary>Some of them, in the order of the log.</summary>
    /// <param name="repricing">The re-pricing.</param>
    /// <param name="after">Those after this place.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<(long Id, Guid AttemptId, Guid StreamId)>> Next(Repricing repricing, long after, int count, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            $"select id, attempt_id, stream_id from bus_ledger where {Concerned} and id > $4 order by id limit $5",
            repricing.Model, repricing.From.UtcDateTime, repricing.To.UtcDateTime, after, count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(long, Guid, Guid)>();
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2)));
        return found;
    }

    /// <summary>Streams of the ledger as the log has them, which is ahead of the projection.</summary>
    public async Task<IReadOnlyList<StreamEvent>> Read(IEnumerable<Guid> streams, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select stream_id, version, type, data::text from mt_events where stream_id = any($1) and not is_archived order by stream_id, version", streams.Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StreamEvent>();
        while (await reader.ReadAsync(cancellation))
            events.Add(new StreamEvent(reader.GetGuid(0), reader.GetInt64(1), types.Read(reader.GetString(2), reader.GetString(3))));
        return events;
    }
}

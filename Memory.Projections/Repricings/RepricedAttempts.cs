using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Ledger;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>Which attempts does a re-pricing concern? Those that are over; an answer that was kept from before costs nothing, whatever the price.</summary>
/// <param name="database">Where the projection is.</param>
internal sealed class RepricedAttempts(NpgsqlDataSource database)
{
    private const string Concerned = $"""
        catalog_id = $1 and reserved_at >= $2 and reserved_at < $3 and outcome not in ('{LedgerRow.Open}', '{AttemptOutcomes.Cached}')
        """;

    /// <summary>What it changes, as the projection has it now.</summary>
    public async Task<RepricingSum> Preview(Repricing repricing, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            $"select owner, cost, input_tokens, output_tokens, cached_tokens, reasoning_tokens from bus_ledger where {Concerned}", Values(repricing));
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
    public async Task<IReadOnlyList<LedgerRow>> Next(Repricing repricing, long after, int count, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.Attempts($"{Concerned} and id > $4 order by id limit $5", cancellation, [.. Values(repricing), after, count]);
    }

    private static object?[] Values(Repricing repricing) => [repricing.Model, repricing.From.UtcDateTime, repricing.To.UtcDateTime];
}

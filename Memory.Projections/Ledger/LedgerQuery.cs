using System.Text.Json;
using Bus.Events;
using Npgsql;

namespace Bus.Memory.Ledger;

/// <summary>Rows of the ledger, as the projection has them.</summary>
internal static class LedgerQuery
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Some of them, one by one.</summary>
    /// <param name="connection">Where they are.</param>
    /// <param name="where">Which, in SQL, and in which order.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="values">Its values.</param>
    public static async Task<IReadOnlyList<LedgerRow>> Attempts(this NpgsqlConnection connection, string where, CancellationToken cancellation, params IEnumerable<object?> values)
    {
        await using var command = connection.Statement($"select to_json(l)::text from bus_ledger l where {where}", values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<LedgerRow>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(JsonSerializer.Deserialize<LedgerRow>(reader.GetString(0), Json)!);
        return rows;
    }
}

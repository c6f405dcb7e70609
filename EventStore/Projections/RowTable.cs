using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Events.Projections;

/// <summary>
/// Rows of a record in a table whose columns are the record's properties in snake case. Rows travel as JSON, which PostgreSQL
/// turns into the columns' types.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="key">The column of its key.</param>
internal sealed class RowTable<TRow>(string table, string key)
    where TRow : class
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly string Columns = string.Join(", ", ColumnNames);

    private readonly string upsert = $"""
        insert into {table} ({Columns})
        select {Columns} from json_populate_recordset(null::{table}, $1)
        on conflict ({key}) do update set ({Columns}) = row({string.Join(", ", ColumnNames.Select(name => $"excluded.{name}"))})
        """;

    private static IEnumerable<string> ColumnNames => typeof(TRow).GetProperties()
        .Where(property => property.Name != "EqualityContract")
        .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));

    /// <summary>The rows with some keys; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<TRow>> Load<TKey>(NpgsqlDataSource database, TKey[] keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select to_json(t)::text from {table} as t where {key} = any($1)");
        command.Parameters.Add(new NpgsqlParameter<TKey[]> { TypedValue = keys });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(JsonSerializer.Deserialize<TRow>(reader.GetString(0), Json)!);
        return rows;
    }

    /// <summary>The statement that writes rows over those with the same keys.</summary>
    public NpgsqlBatchCommand Save(IEnumerable<TRow> rows) => new(upsert)
    {
        Parameters = { new() { Value = JsonSerializer.SerializeToUtf8Bytes(rows, Json), NpgsqlDbType = NpgsqlDbType.Json } },
    };

    /// <summary>The statement that removes the rows in which a column has one of some values.</summary>
    public NpgsqlBatchCommand Remove<T>(string column, IEnumerable<T> values) => new($"delete from {table} where {column} = any($1)")
    {
        Parameters = { new NpgsqlParameter<T[]> { TypedValue = [.. values] } },
    };
}

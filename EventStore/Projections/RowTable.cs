using System.Text.Json;
using Npgsql;

namespace Bus.Events.Projections;

/// <summary>
/// Rows of a record in a table whose columns are the record's properties in snake case. They are written as arrays of their columns: taking rows apart that travel as
/// JSON costs PostgreSQL twice as much as writing them. Few are read, and those are JSON.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="key">The column of its key.</param>
internal sealed class RowTable<TRow>(string table, string key)
    where TRow : class
{
    private static readonly RowColumn<TRow>[] Columns = [.. typeof(TRow).GetProperties().Select(RowColumn<TRow>.Of)];

    private static readonly string Names = string.Join(", ", Columns.Select(column => column.Name));

    private readonly string upsert = $"""
        insert into {table} ({Names})
        select {string.Join(", ", Columns.Select(column => column.Source))} from unnest({string.Join(", ", Columns.Select((_, number) => $"${number + 1}"))}) as r ({Names})
        on conflict ({key}) do update set ({Names}) = row({string.Join(", ", Columns.Select(column => $"excluded.{column.Name}"))})
        """;

    /// <summary>The rows with some keys; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<TRow>> Load<TKey>(NpgsqlDataSource database, TKey[] keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select to_json(t)::text from {table} as t where {key} = any($1)");
        command.Parameters.Add(new NpgsqlParameter<TKey[]> { TypedValue = keys });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(JsonSerializer.Deserialize<TRow>(reader.GetString(0), RowJson.Options)!);
        return rows;
    }

    /// <summary>The statement that writes rows over those with the same keys.</summary>
    public NpgsqlBatchCommand Save(IReadOnlyList<TRow> rows)
    {
        var command = new NpgsqlBatchCommand(upsert);
        foreach (var column in Columns)
            command.Parameters.Add(column.Values(rows));
        return command;
    }

    /// <summary>The statement that removes the rows in which a column has one of some values.</summary>
    public NpgsqlBatchCommand Remove<T>(string column, IEnumerable<T> values) => new($"delete from {table} where {column} = any($1)")
    {
        Parameters = { new NpgsqlParameter<T[]> { TypedValue = [.. values] } },
    };
}

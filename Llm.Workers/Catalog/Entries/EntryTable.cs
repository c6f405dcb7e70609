using Bus.Contracts;
using Bus.Events;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Catalog.Entries;

/// <summary>The table of the entries.</summary>
internal static class EntryTable
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Columns = """
        id, name, model_id, provider, type, description, status, coalesce(base_url, ''), auth_type, key_usage_mode, api_keys::text, supports_vision,
        max_tokens, context_window, prices::text, rpm, tpm, allows_other_models, usage_url, owner, created_at, updated_at
        """;

    /// <summary>The rows of a statement that selects <see cref="Columns"/>.</summary>
    public static async Task<List<Entry>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<Entry>();
        while (await reader.ReadAsync(cancellation))
            entries.Add(Row(reader));
        return entries;
    }

    public static Task Insert(NpgsqlConnection connection, Entry entry, CancellationToken cancellation) => Write(connection, """
        insert into llm_models (id, name, model_id, provider, type, description, status, base_url, auth_type, key_usage_mode, api_keys, supports_vision,
            max_tokens, context_window, prices, rpm, tpm, allows_other_models, usage_url, updated_at, owner, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21::uuid, $22)
        """, entry, cancellation, entry.Owner, entry.CreatedAt.UtcDateTime);

    public static Task Update(NpgsqlConnection connection, Entry entry, CancellationToken cancellation) => Write(connection, """
        update llm_models set name = $2, model_id = $3, provider = $4, type = $5, description = $6, status = $7, base_url = $8, auth_type = $9,
            key_usage_mode = $10, api_keys = $11, supports_vision = $12, max_tokens = $13, context_window = $14, prices = $15, rpm = $16, tpm = $17,
            allows_other_models = $18, usage_url = $19, updated_at = $20
        where id = $1
        """, entry, cancellation);

    private static async Task Write(NpgsqlConnection connection, string sql, Entry entry, CancellationToken cancellation, params object?[] further)
    {
        await using var command = connection.Statement(
            sql, entry.Id, entry.Name, entry.ModelId, entry.Provider, entry.Type, entry.Description, entry.Status, entry.BaseUrl, entry.AuthType, entry.KeyMode);
        command.Parameters.Add(Json(CatalogJson.Write(entry.Keys)));
        command.Parameters.Add(Value(entry.SupportsVision));
        command.Parameters.Add(Number(entry.MaxTokens));
        command.Parameters.Add(Number(entry.ContextWindow));
        command.Parameters.Add(Json(CatalogJson.Write(entry.Prices)));
        command.Parameters.Add(Number(entry.Rpm));
        command.Parameters.Add(Number(entry.Tpm));
        command.Parameters.Add(Value(entry.AllowsOtherModels));
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)entry.UsageUrl ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(Value(entry.UpdatedAt.UtcDateTime));
        foreach (var value in further)
            command.Parameters.Add(Value(value));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Value(object? value) => new() { Value = value ?? DBNull.Value };

    private static NpgsqlParameter Json(string json) => new() { Value = json, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Number(int? number) => new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static Entry Row(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8),
        row.GetString(9), CatalogJson.Read<List<StoredKey>>(row.GetString(10)), row.GetBoolean(11), row.GetFieldValue<int?>(12), row.GetFieldValue<int?>(13),
        CatalogJson.Read<List<PriceOfTheDay>>(row.GetString(14)), row.GetFieldValue<int?>(15), row.GetFieldValue<int?>(16), row.GetBoolean(17),
        row.IsDBNull(18) ? null : row.GetString(18), row.GetFieldValue<Guid?>(19), row.GetFieldValue<DateTimeOffset>(20), row.GetFieldValue<DateTimeOffset>(21));
}

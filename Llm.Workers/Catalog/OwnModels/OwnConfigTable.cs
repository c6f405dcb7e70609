using Bus.Events;
using Npgsql;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>The table of what people have chosen for themselves.</summary>
internal static class OwnConfigTable
{
    private const string Columns =
        "select user_identifier, current_model_type, max_tokens, custom_api_url, custom_model, custom_api_key, custom_key_id, custom_key_hint, updated_at from user_configs";

    /// <summary>What all have chosen.</summary>
    public static async Task<List<OwnConfig>> All(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement($"{Columns} order by id");
        return await Read(command, cancellation);
    }

    /// <summary>What somebody has chosen; nothing when they have not.</summary>
    public static async Task<OwnConfig?> Find(NpgsqlDataSource database, string identifier, CancellationToken cancellation)
    {
        await using var command = database.Statement($"{Columns} where user_identifier = $1", identifier);
        return (await Read(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, for nobody else to change until the transaction is over.</summary>
    public static async Task<OwnConfig?> Locked(NpgsqlConnection connection, string identifier, CancellationToken cancellation)
    {
        await using var command = connection.Statement($"{Columns} where user_identifier = $1 for update", identifier);
        return (await Read(command, cancellation)).SingleOrDefault();
    }

    public static Task Write(NpgsqlConnection connection, OwnConfig config, CancellationToken cancellation) => connection.Run(
        """
        insert into user_configs (user_identifier, current_model_type, max_tokens, custom_api_url, custom_model, custom_api_key, custom_key_id, custom_key_hint, updated_at)
        values ($1, $2::text, $3::int, $4::text, $5::text, $6::text, $7, $8::text, $9)
        on conflict (user_identifier) do update set current_model_type = excluded.current_model_type, max_tokens = excluded.max_tokens,
            custom_api_url = excluded.custom_api_url, custom_model = excluded.custom_model, custom_api_key = excluded.custom_api_key,
            custom_key_id = excluded.custom_key_id, custom_key_hint = excluded.custom_key_hint, updated_at = excluded.updated_at
        """,
        cancellation, config.Identifier, config.ModelType, config.MaxTokens, config.ApiUrl, config.ApiModel, config.SealedKey, config.KeyId, config.KeyHint, config.UpdatedAt.UtcDateTime);

    private static async Task<List<OwnConfig>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var configs = new List<OwnConfig>();
        while (await reader.ReadAsync(cancellation))
        {
            configs.Add(new OwnConfig(
                reader.GetString(0), Text(1), reader.GetFieldValue<int?>(2), Text(3), Text(4), Text(5), reader.GetGuid(6), Text(7), reader.GetFieldValue<DateTimeOffset>(8)));
        }

        return configs;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}

using Bus.Events;
using Npgsql;

namespace Bus.Llm.Vault;

/// <summary>A sealed key, where it is in the database.</summary>
/// <param name="Model">The model that it belongs to; null when it is somebody's own.</param>
/// <param name="Config">The row of whoever's own it is.</param>
/// <param name="Name">What people know it by: the model, or whoever's own it is.</param>
/// <param name="Hint">What may be shown of it.</param>
/// <param name="Text">The sealed text.</param>
/// <param name="Binding">What it was sealed for.</param>
internal sealed record SealedKey(Guid? Model, long? Config, string Name, string Hint, string Text, KeyBinding Binding);

/// <summary>All sealed keys of the database: those of models, and those of people.</summary>
internal sealed class SealedKeys(NpgsqlDataSource database)
{
    private const string User = "user:";

    /// <summary>Grows with each change of them.</summary>
    public async Task<long?> Version(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select version from llm_catalog");
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>All of them, as they are at one time.</summary>
    public async Task<IReadOnlyList<SealedKey>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select m.id, null::bigint, m.name, k ->> 'hint', k ->> 'sealed', m.base_url, k ->> 'id', m.owner
            from llm_models m cross join jsonb_array_elements(m.api_keys) k
            where k ->> 'sealed' is not null
            union all
            select null, id, user_identifier, custom_key_hint, custom_api_key, custom_api_url, custom_key_id::text, null
            from user_configs
            where custom_api_key is not null
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<SealedKey>();
        while (await reader.ReadAsync(cancellation))
            keys.Add(Key(reader));
        return keys;
    }

    /// <summary>
    /// Puts another sealed text into the place of one, if that is still there: who has changed the key meanwhile is right. All else in the row
    /// stays as it is. No two sealed texts are the same, and none has a character that JSON would write otherwise.
    /// </summary>
    /// <returns>False when it is not there any more.</returns>
    public async Task<bool> Replace(SealedKey key, string text, CancellationToken cancellation) => await (key.Model is { } model
        ? database.Run(
            "update llm_models set api_keys = replace(api_keys::text, $2, $3)::jsonb where id = $1 and position($2 in api_keys::text) > 0",
            cancellation, model, $"\"{key.Text}\"", $"\"{text}\"")
        : database.Run(
            "update user_configs set custom_api_key = $3 where id = $1 and custom_api_key = $2",
            cancellation, key.Config, key.Text, text)) > 0;

    private static SealedKey Key(NpgsqlDataReader row)
    {
        var (model, config, name) = (row.GetValue(0) as Guid?, row.GetValue(1) as long?, row.GetString(2));
        var owner = model is not null ? row.GetValue(7) as Guid? : OwnerOf(name);
        // A key whose id is none was sealed for nothing that there is.
        var id = Guid.TryParse(row.GetValue(6) as string, out var parsed) ? parsed : Guid.Empty;
        return new SealedKey(
            model, config, name, row.GetValue(3) as string ?? "…", row.GetString(4), new KeyBinding(owner, row.GetValue(5) as string ?? "", id));
    }

    private static Guid? OwnerOf(string identifier) =>
        identifier.StartsWith(User, StringComparison.Ordinal) && Guid.TryParse(identifier.AsSpan(User.Length), out var owner) ? owner : null;
}

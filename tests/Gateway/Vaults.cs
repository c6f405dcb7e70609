using System.Security.Cryptography;
using System.Text;
using Bus.Events;
using Bus.Llm;
using Bus.Llm.Vault;
using Bus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Bus.Tests.Gateway;

/// <summary>Vaults with master keys that follow from their ids, and keys sealed in a database.</summary>
internal static class Vaults
{
    public const string Secret = "sk-planted-0123456789-wxyz";

    public static string Setting(params IEnumerable<string> ids) => string.Join(',', ids.Select(id => $"{id}:{Key(id)}"));

    public static string Key(string id) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    public static KeyVault Of(params string[] ids) => With(("BUS_MASTER_KEYS", Setting(ids)));

    public static KeyVault With(params (string Name, string? Value)[] settings) => new(MasterKeys.From(Settings(settings)));

    public static IConfiguration Settings(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    public static KeyBinding Binding(string url = "https://api.example.org/v1", Guid? owner = null) => new(owner, url, Some.Id());

    /// <summary>A database with the tables of models, and no system around it.</summary>
    public static async Task<TestLog> Database()
    {
        var log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(LlmModule).Assembly));
        return log;
    }

    /// <summary>Keeps a model with these keys, as they are sealed or not.</summary>
    public static async Task<Guid> AddModel(this NpgsqlDataSource database, string name, string url, params IEnumerable<(Guid Id, string Sealed)> keys)
    {
        var id = Some.Id();
        var members = keys.Select(key => $$"""{"id": "{{key.Id}}", "sealed": "{{key.Sealed}}", "hint": "sk-…wxyz", "status": "enabled", "weight": 1, "rpm": null, "tpm": 60.50}""");
        await database.Run(
            """
            insert into llm_models (id, name, model_id, provider, type, description, status, base_url, auth_type, key_usage_mode, api_keys,
                supports_vision, prices, allows_other_models, created_at, updated_at)
            values ($1, $2, 'm-1', 'custom', 'chat', '', 'enabled', $3, 'api_key', 'single', $4::jsonb, false, '[]', false, now(), now())
            """,
            CancellationToken.None, id, name, url, $"[{string.Join(',', members)}]");
        return id;
    }

    /// <summary>Keeps a model with keys that a vault seals.</summary>
    public static async Task<Guid> AddModel(this NpgsqlDataSource database, KeyVault vault, string name, params string[] secrets)
    {
        const string url = "https://api.example.org/v1";
        return await database.AddModel(name, url, secrets.Select(secret =>
        {
            var id = Some.Id();
            return (id, vault.Seal(secret, new KeyBinding(null, url, id)));
        }));
    }

    /// <summary>Keeps somebody's own key.</summary>
    public static Task AddOwn(this NpgsqlDataSource database, KeyVault vault, Guid user, string secret)
    {
        const string url = "https://own.example.org/v1";
        var id = Some.Id();
        return database.Run(
            "insert into user_configs (user_identifier, custom_api_url, custom_api_key, custom_key_id, custom_key_hint, updated_at) values ($1, $2, $3, $4, 'sk-…wxyz', now())",
            CancellationToken.None, $"user:{user}", url, vault.Seal(secret, new KeyBinding(user, url, id)), id);
    }

    /// <summary>All secrets of the database that a vault can open; null for those that it cannot.</summary>
    public static async Task<IReadOnlyList<string?>> Open(this KeyVault vault, NpgsqlDataSource database) =>
        [.. (await new SealedKeys(database).Read(CancellationToken.None)).Select(key => vault.Open(key.Text, key.Binding)).Order(StringComparer.Ordinal)];
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Events;
using Bus.Messaging;
using Bus.Messaging.Access;
using Npgsql;

namespace Bus.Accounts.Settings;

/// <summary>Changes the settings of the system, and keeps who did it.</summary>
internal sealed class SettingsChange(NpgsqlDataSource database, LiveSettings live, IAudit audit, TimeProvider time)
{
    /// <summary>Changes some; they have been checked. Null takes one away.</summary>
    /// <returns>What holds now.</returns>
    public async Task<SystemSettings> Run(JsonObject changes, Caller caller, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run("insert into system_settings (body, changed_at) values ('{}', $1) on conflict do nothing", cancellation, time.GetUtcNow().UtcDateTime);
        var before = await Stored(connection, cancellation);
        var after = before.DeepClone().AsObject();
        foreach (var (name, value) in changes)
        {
            after.Remove(name);
            if (value is not null)
                after[name] = value.DeepClone();
        }

        var (was, isNow) = (Resolved(before), Resolved(after));
        var changed = changes.Select(change => change.Key).Where(name => !JsonNode.DeepEquals(before[name], after[name])).ToList();
        if (changed.Count > 0)
        {
            await connection.Run("update system_settings set body = $1, changed_at = $2", cancellation, after.ToJsonString(), time.GetUtcNow().UtcDateTime);
            await audit.Record(
                connection, caller.Actor.Did(AuditActions.SettingsChanged, "settings", Of(was, changed), Of(isNow, changed)), cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return live.Resolve(after.ToJsonString());
    }

    private JsonObject Resolved(JsonObject stored) =>
        JsonSerializer.SerializeToNode(live.Resolve(stored.ToJsonString()), SystemSettings.Json)!.AsObject();

    private static string Of(JsonObject settings, IEnumerable<string> names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, settings[name]?.DeepClone()))).ToJsonString();

    private static async Task<JsonObject> Stored(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select body from system_settings for update");
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync(cancellation))!)!.AsObject();
    }
}

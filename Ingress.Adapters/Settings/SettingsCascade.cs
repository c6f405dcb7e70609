using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Events;
using Bus.Ingress.Intake;
using Bus.Messaging.Access;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Ingress.Settings;

/// <summary>What holds for a place: what each narrower place says comes before what the wider ones say. The one place where it is decided.</summary>
internal sealed class SettingsCascade(NpgsqlDataSource database, EventStore log, IEnumerable<GivenSettings> given, IParticipants participants, IAudit audit, TimeProvider time)
{
    private const string StreamType = "settings";

    private static readonly Guid Streams = new("0d0d6f0e-8a57-5f0b-9f3a-5c3e8f2a7b11");

    /// <summary>What holds for somebody at a place.</summary>
    /// <param name="scopes">The places, the widest first.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ResolvedSettings> Resolve(IReadOnlyList<SettingScope> scopes, CancellationToken cancellation)
    {
        var stored = await Read(scopes, cancellation);
        var settings = PlaceSettings.Defaults;
        foreach (var one in given.Where(one => one.Platform == scopes[0].Path))
            settings = SettingFields.Over(settings, one.Settings);
        var from = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var scope in scopes)
        {
            if (!stored.TryGetValue(scope.Path, out var own))
                continue;
            settings = SettingFields.Over(settings, own);
            foreach (var name in SettingFields.Names.Where(name => SettingFields.ValueOf(own, name) is not null))
                from[name] = scope.Path;
        }

        return new ResolvedSettings(settings, from);
    }

    /// <summary>What holds for somebody at a place, with the account that they have.</summary>
    /// <param name="scopes">The places, the widest first, which is the platform.</param>
    /// <param name="participant">The platform's own id of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ResolvedSettings> ResolveFor(IReadOnlyList<SettingScope> scopes, string participant, CancellationToken cancellation) =>
        await Resolve(scopes, cancellation) with { Account = await participants.Find(scopes[0].Path, participant, cancellation) };

    /// <summary>What is set for one place itself.</summary>
    public async Task<PlaceSettings> Own(SettingScope scope, CancellationToken cancellation) =>
        (await Read([scope], cancellation)).GetValueOrDefault(scope.Path, new PlaceSettings());

    /// <summary>Changes settings of a place; they have been checked. The event and the row are written together.</summary>
    public async Task Change(SettingScope scope, IReadOnlyDictionary<string, JsonNode?> changes, Actor by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var patch = new JsonObject(changes.Select(change => KeyValuePair.Create(change.Key, change.Value?.DeepClone())));
        var changed = new SettingsChanged(
            scope.Path, [.. changes.Select(change => new SettingChange(change.Key, change.Value?.ToJsonString()))], by.Id, now);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await OwnForUpdate(connection, scope, now, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(log.AppendCommand(Ids.From(Streams, scope.Path), StreamType, null, [changed]));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "update place_settings set body = jsonb_strip_nulls(body || $2), changed_at = $3 where scope = $1")
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = scope.Path },
                new NpgsqlParameter<string> { TypedValue = patch.ToJsonString(), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellation);
        var was = new JsonObject(changes.Keys.Select(name => KeyValuePair.Create(name, before[name]?.DeepClone())));
        await audit.Record(
            connection, by.Did(AuditActions.PlaceSettingsChanged, $"place:{scope.Path}", was.ToJsonString(), patch.ToJsonString()),
            cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What was set before, so that nobody else changes it meanwhile.</summary>
    private static async Task<JsonObject> OwnForUpdate(NpgsqlConnection connection, SettingScope scope, DateTimeOffset now, CancellationToken cancellation)
    {
        await connection.Run(
            "insert into place_settings (scope, body, changed_at) values ($1, '{}', $2) on conflict (scope) do nothing", cancellation, scope.Path, now.UtcDateTime);
        await using var command = connection.Statement("select body::text from place_settings where scope = $1 for update", scope.Path);
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync(cancellation))!)!.AsObject();
    }

    private async Task<Dictionary<string, PlaceSettings>> Read(IReadOnlyList<SettingScope> scopes, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select scope, body from place_settings where scope = any($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. scopes.Select(scope => scope.Path)] });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<string, PlaceSettings>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            found[reader.GetString(0)] = JsonSerializer.Deserialize<PlaceSettings>(reader.GetFieldValue<byte[]>(1), PlaceSettings.Json)!;
        return found;
    }
}

/// <summary>What the process was started with: wider than any place.</summary>
/// <param name="Platform">Where it holds.</param>
/// <param name="Settings">The settings.</param>
internal sealed record GivenSettings(string Platform, PlaceSettings Settings);

/// <summary>What holds for a place.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="From">Which place each comes from; those that are not named come with the process.</param>
/// <param name="Account">The account of whoever it was resolved for; null when they have none.</param>
internal sealed record ResolvedSettings(PlaceSettings Settings, IReadOnlyDictionary<string, string> From, LinkedAccount? Account = null)
{
    /// <summary>Somebody who may do everything: the settings say so, or their account is an administrator's.</summary>
    public bool IsAdmin(string user, IEnumerable<string>? roles = null) =>
        Account is { IsActive: true, Role: AccountRoles.Admin } || Settings.Admins is { } admins && (admins.Contains(user) || roles?.Any(admins.Contains) == true);

    /// <summary>Whoever said something may do everything.</summary>
    public bool IsAdmin(Said said) => IsAdmin(said.Author, said.Roles);
}

using Bus.Events;
using Bus.Llm.Vault;
using Npgsql;

namespace Bus.Llm.Catalog.Entries;

/// <summary>How a key does.</summary>
/// <param name="Name">A word for it.</param>
/// <param name="RestsUntil">When it is used again, where it rests.</param>
/// <param name="Reason">Why it is not used.</param>
internal sealed record KeyState(string Name, DateTimeOffset? RestsUntil = null, string? Reason = null)
{
    public static readonly KeyState Ok = new("ok");
    public static readonly KeyState Unreadable = new("unreadable", Reason: "It was encrypted with a master key that is not there.");
}

/// <summary>How the keys of some entries do.</summary>
internal sealed class KeyStates
{
    private readonly KeyVault vault;
    private readonly Dictionary<Guid, KeyState> known;

    private KeyStates(KeyVault vault, Dictionary<Guid, KeyState> known) => (this.vault, this.known) = (vault, known);

    /// <summary>Looks them up.</summary>
    public static async Task<KeyStates> Read(NpgsqlDataSource database, KeyVault vault, IEnumerable<Entry> entries, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            """
            select subject, case when quarantined_at is null then 'resting' else 'quarantined' end, case when quarantined_at is null then rests_until end, reason
            from llm_health where subject = any($1) and (quarantined_at is not null or rests_until > $2)
            """,
            entries.SelectMany(entry => entry.Keys).Select(key => key.Id).ToArray(), now.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var known = new Dictionary<Guid, KeyState>();
        while (await reader.ReadAsync(cancellation))
            known[reader.GetGuid(0)] = new KeyState(reader.GetString(1), reader.GetFieldValue<DateTimeOffset?>(2), await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetString(3));
        return new KeyStates(vault, known);
    }

    public KeyState Of(Entry entry, StoredKey key) =>
        key.Opened(vault, entry.Owner, entry.BaseUrl).Secret is null ? KeyState.Unreadable : known.GetValueOrDefault(key.Id, KeyState.Ok);
}

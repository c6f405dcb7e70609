using System.Text.Json;
using Bus.Messaging.Access;

namespace Bus.Llm.Vault;

/// <summary>What whoever runs the system can do with the master keys.</summary>
public sealed class KeysTool
{
    /// <summary>Each time over all keys takes up what was sealed with another master key meanwhile. If that does not end, two seal with different ones.</summary>
    private const int MostTimes = 5;

    private static readonly Actor By = new("cli", "command line", "");

    private readonly KeyVault vault;
    private readonly SealedKeys keys;
    private readonly IAudit audit;

    internal KeysTool(KeyVault vault, SealedKeys keys, IAudit audit) => (this.vault, this.keys, this.audit) = (vault, keys, audit);

    /// <summary>The master keys there are, the one that seals first, and those that would be needed; with how many sealed keys need each.</summary>
    public async Task<KeysReport> List(CancellationToken cancellation)
    {
        var all = await keys.Read(cancellation);
        var needed = all.Select(key => KeyVault.MasterKeyOf(key.Text)).OfType<string>().CountBy(id => id).ToDictionary();
        return new KeysReport(
            [.. vault.Ids.Union(needed.Keys).Select((id, i) => new MasterKeyUse(id, needed.GetValueOrDefault(id), vault.Knows(id), i == 0 && vault.CanSeal))],
            VaultState.Of(vault, all).Unopened);
    }

    /// <summary>Seals all keys anew with the active master key, one by one, while the system runs.</summary>
    /// <exception cref="InvalidOperationException">There is no master key.</exception>
    public async Task<KeysRotation> Rotate(CancellationToken cancellation)
    {
        var active = vault.ActiveId;
        var (anew, already) = (0, -1);
        try
        {
            for (var time = 1; ; time++)
            {
                var all = await keys.Read(cancellation);
                var state = VaultState.Of(vault, all);
                var old = all.Where(key => KeyVault.MasterKeyOf(key.Text) != active).ToList();
                if (already < 0)
                    already = all.Except(old).Count(key => vault.Open(key.Text, key.Binding) is not null);
                var openable = old.Select(key => (Key: key, Secret: vault.Open(key.Text, key.Binding))).Where(key => key.Secret is not null).ToList();
                if (openable.Count == 0 || time > MostTimes)
                    return new KeysRotation(active, anew, already, openable.Count, state.Unopened);
                foreach (var (key, secret) in openable)
                    anew += await keys.Replace(key, vault.Seal(secret!, key.Binding), cancellation) ? 1 : 0;
            }
        }
        finally
        {
            // Also what was done before somebody gave it up.
            if (anew > 0)
                await audit.Record(By.Did(AuditActions.ProviderKeysRotated, "provider_keys", after: JsonSerializer.Serialize(new { count = anew, master_key = active })), CancellationToken.None);
        }
    }
}

/// <summary>How the sealed keys stand.</summary>
/// <param name="MasterKeys">The master keys that there are, the one that seals first, and then those that would be needed.</param>
/// <param name="Unopened">Keys that cannot be opened.</param>
public sealed record KeysReport(IReadOnlyList<MasterKeyUse> MasterKeys, IReadOnlyList<UnopenedKey> Unopened);

/// <summary>What a master key is needed for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Keys">How many keys are sealed with it.</param>
/// <param name="IsSet">It is there.</param>
/// <param name="IsActive">It seals.</param>
public sealed record MasterKeyUse(string Id, int Keys, bool IsSet, bool IsActive);

/// <summary>What became of a rotation.</summary>
/// <param name="MasterKey">The master key that seals now.</param>
/// <param name="Anew">How many keys were sealed anew.</param>
/// <param name="Already">How many were sealed with it before.</param>
/// <param name="Left">How many are sealed with another one still, because somebody else does so.</param>
/// <param name="Unopened">Keys that cannot be opened, and stay as they were.</param>
public sealed record KeysRotation(string MasterKey, int Anew, int Already, int Left, IReadOnlyList<UnopenedKey> Unopened);

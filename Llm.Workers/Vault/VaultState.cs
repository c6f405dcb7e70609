namespace Bus.Llm.Vault;

/// <summary>Which of the sealed keys a process can open.</summary>
/// <param name="Sealed">How many there are.</param>
/// <param name="Unopened">Those that it cannot.</param>
/// <param name="IsMasterKeyLost">One of them needs a master key that is not here, or is another one than it was.</param>
internal sealed record VaultState(int Sealed, IReadOnlyList<UnopenedKey> Unopened, bool IsMasterKeyLost)
{
    /// <summary>How many it can open.</summary>
    public int Decryptable => Sealed - Unopened.Count;

    /// <summary>Tries them all.</summary>
    public static VaultState Of(KeyVault vault, IReadOnlyList<SealedKey> keys)
    {
        var tried = keys.Select(key => (Key: key, MasterKey: KeyVault.MasterKeyOf(key.Text), Opens: vault.Open(key.Text, key.Binding) is not null)).ToList();
        var good = tried.Where(key => key.Opens).Select(key => key.MasterKey).ToHashSet();
        var unopened = tried.Where(key => !key.Opens).ToList();
        return new VaultState(
            keys.Count,
            [.. unopened.Select(key => new UnopenedKey(key.Key.Name, key.Key.Hint, Why(vault, key.MasterKey, good)))],
            unopened.Any(key => key.MasterKey is not null && !good.Contains(key.MasterKey)));
    }

    /// <summary>A master key that opens others is the right one, so that something is wrong with what it does not open.</summary>
    private static string Why(KeyVault vault, string? masterKey, HashSet<string?> good) => masterKey switch
    {
        null => "is damaged",
        _ when good.Contains(masterKey) => "is damaged, or was moved here from another model, address or owner",
        _ when vault.Knows(masterKey) => $"was encrypted with another master key {masterKey}",
        _ => $"needs the master key {masterKey}, which is not set",
    };
}

/// <summary>A sealed key that cannot be opened.</summary>
/// <param name="Name">The model that it belongs to, or whoever's own it is.</param>
/// <param name="Hint">What may be shown of it.</param>
/// <param name="Why">Why not, as the rest of a sentence.</param>
public sealed record UnopenedKey(string Name, string Hint, string Why)
{
    /// <summary>A sentence.</summary>
    public override string ToString() => $"{Name} ({Hint}) {Why}";
}

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
        var unopened = tried.Where(key => !key.Opens).ToList();
        // One that opens less than it leaves closed is taken for another one with the same name, which may have sealed new keys since. The last key
        // that needs it may be damaged instead: nothing tells the two apart, and to be loud is better.
        var lost = tried.Where(key => key.MasterKey is not null).GroupBy(key => key.MasterKey)
            .Where(sealedWith => sealedWith.Count(key => key.Opens) * 2 < sealedWith.Count()).Select(sealedWith => sealedWith.Key).ToHashSet();
        return new VaultState(
            keys.Count, [.. unopened.Select(key => new UnopenedKey(key.Key.Name, key.Key.Hint, Why(vault, key.MasterKey, lost)))], lost.Count > 0);
    }

    private static string Why(KeyVault vault, string? masterKey, HashSet<string?> lost) => masterKey switch
    {
        null => "is damaged",
        _ when !vault.Knows(masterKey) => $"needs the master key {masterKey}, which is not set",
        _ when lost.Contains(masterKey) => $"does not open with the master key {masterKey}: that is another one than it was, or the key was damaged or moved",
        _ => "is damaged, or was moved here from another model, address or owner",
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

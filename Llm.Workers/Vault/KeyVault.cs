using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bus.Llm.Vault;

/// <summary>
/// Seals the keys of providers for the database, and opens them: <c>v1.MASTER-KEY-ID.BASE64URL</c>, with nonce, tag and ciphertext of AES-256-GCM.
/// Safe for any number of calls at once.
/// </summary>
internal sealed class KeyVault(MasterKeys keys)
{
    private const string Version = "v1";

    /// <summary>There is a master key to seal with.</summary>
    public bool CanSeal => keys.Active is not null;

    /// <summary>The id of the master key that seals.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string ActiveId => Active.Id;

    /// <summary>The master keys there are, the one that seals first.</summary>
    public IEnumerable<string> Ids => keys.Ids;

    private MasterKey Active => keys.Active
        ?? throw new InvalidOperationException("BUS_MASTER_KEYS or JWT_SECRET must be set: there is no master key to encrypt keys of providers with.");

    /// <summary>There is a master key with this id.</summary>
    public bool Knows(string id) => keys.Find(id) is not null;

    /// <summary>Seals a secret for what it is the secret of; another text each time.</summary>
    /// <exception cref="InvalidOperationException">There is no master key.</exception>
    public string Seal(string secret, KeyBinding binding)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        try
        {
            return $"{Version}.{Active.Id}.{Base64Url.EncodeToString(Active.Encrypt(plain, binding.ToBytes()))}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Opens what was sealed.</summary>
    /// <returns>Null when its master key is not there, when it was sealed for something else, or was changed.</returns>
    public string? Open(string sealedText, KeyBinding binding)
    {
        if (Read(sealedText) is not { } read || keys.Find(read.MasterKey)?.Decrypt(read.Box, binding.ToBytes()) is not { } plain)
            return null;
        try
        {
            return Encoding.UTF8.GetString(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The id of the master key that something was sealed with; null when it was not sealed at all.</summary>
    public static string? MasterKeyOf(string sealedText) => Read(sealedText)?.MasterKey;

    private static (string MasterKey, byte[] Box)? Read(string sealedText) =>
        sealedText.Split('.') is [Version, var id, var box] && MasterKeys.IsId(id) && Base64Url.IsValid(box) ? (id, Base64Url.DecodeFromChars(box)) : null;
}

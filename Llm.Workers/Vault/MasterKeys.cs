using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm.Vault;

/// <summary>
/// The master keys of the deployment: <c>BUS_MASTER_KEYS</c>, and one that follows from <c>JWT_SECRET</c>. All processes have the same, and the
/// database has none of them. All open; the first seals.
/// </summary>
internal sealed partial class MasterKeys
{
    /// <summary>The id of the key that follows from <c>JWT_SECRET</c>.</summary>
    public const string OfSecret = "jwt";

    private const string Setting = "BUS_MASTER_KEYS";
    private const string SecretSetting = "JWT_SECRET";
    private const int ShortestSecret = 32;

    private readonly IReadOnlyList<MasterKey> keys;

    private MasterKeys(IReadOnlyList<MasterKey> keys) => this.keys = keys;

    /// <summary>The one that seals; null when there is none at all.</summary>
    public MasterKey? Active => keys.Count > 0 ? keys[0] : null;

    /// <summary>What they are called, the one that seals first.</summary>
    public IEnumerable<string> Ids => keys.Select(key => key.Id);

    /// <summary>The one with an id; null when there is none.</summary>
    public MasterKey? Find(string id) => keys.FirstOrDefault(key => key.Id == id);

    /// <summary>A key can be called so.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>Reads them.</summary>
    /// <exception cref="LlmSettingException">A setting makes no sense.</exception>
    public static MasterKeys From(IConfiguration configuration)
    {
        var keys = new List<MasterKey>();
        var given = configuration.Text(Setting)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        for (var i = 0; i < given.Length; i++)
            keys.Add(Read(given[i], i + 1, keys));
        // Compose files pass settings that nobody filled in as empty strings. What else it holds is taken as it is, as accounts take it.
        if (configuration[SecretSetting] is { Length: > 0 } secret)
            keys.Add(Derive(secret));
        return new MasterKeys(keys);
    }

    private static MasterKey Read(string given, int number, List<MasterKey> earlier)
    {
        if (given.Split(':', 2, StringSplitOptions.TrimEntries) is not [var id, var text])
            throw Wrong($"must be keys as id:base64, separated by commas; number {number} is none");
        if (!IsId(id))
            throw Wrong($"must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number {number} is named otherwise");
        if (id == OfSecret)
            throw Wrong($"must not name a key {OfSecret}: that is the one that follows from {SecretSetting}");
        if (earlier.Any(key => key.Id == id))
            throw Wrong($"has two keys with the name {id}");
        var key = new byte[MasterKey.Bytes + 1]; // so that one more byte is noticed
        return Convert.TryFromBase64String(text, key, out var length) && length == MasterKey.Bytes
            ? new MasterKey(id, key[..length])
            : throw Wrong($"must have {MasterKey.Bytes} bytes in base64 for each key, as `openssl rand -base64 {MasterKey.Bytes}` makes them; {id} has not");
    }

    private static MasterKey Derive(string secret) => secret.Length < ShortestSecret
        ? throw new LlmSettingException(SecretSetting, $"must have {ShortestSecret} characters or more.")
        : new MasterKey(OfSecret, HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), MasterKey.Bytes, info: "Bus provider keys"u8.ToArray()));

    private static LlmSettingException Wrong(string problem) => new(Setting, problem + ".");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}

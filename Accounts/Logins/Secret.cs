using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bus.Accounts.Logins;

/// <summary>
/// What opens a door: 256 random bits behind a word that tells what it is. Only its hash is kept; that many random bits need no
/// slow one.
/// </summary>
internal static class Secret
{
    public const string AccessToken = "bus-at-";
    public const string RefreshToken = "bus-rt-";
    public const string Cookie = "bus-ck-";
    public const string ApiKey = "sk-bus-";

    private const int Bytes = 32;

    /// <summary>A new one.</summary>
    public static string New(string kind) => kind + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Something that is sent as one could be one: whatever else it is need not be looked for.</summary>
    public static bool IsOf(string kind, string secret) =>
        secret.StartsWith(kind, StringComparison.Ordinal) && secret.Length == kind.Length + Base64Url.GetEncodedLength(Bytes);

    /// <summary>What is kept of it.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

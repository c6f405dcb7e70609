using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Bus.Accounts.Protection;

/// <summary>The secret of the deployment (<c>JWT_SECRET</c>; contract, A-06): all processes have the same, and the database does not have it.</summary>
internal sealed class ProtectionSecret
{
    private const string Setting = "JWT_SECRET";
    private const int Shortest = 32;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] key;

    private ProtectionSecret(string secret) => key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, info: "Bus protection keys"u8.ToArray());

    /// <summary>Reads it.</summary>
    /// <returns>Null when there is none: then what it would encrypt is kept as it is.</returns>
    /// <exception cref="InvalidOperationException">It is too short.</exception>
    public static ProtectionSecret? From(IConfiguration configuration) => configuration[Setting] switch
    {
        null or "" => null,
        { Length: < Shortest } => throw new InvalidOperationException($"{Setting} must have {Shortest} characters or more."),
        var secret => new ProtectionSecret(secret),
    };

    /// <summary>Encrypts a text with AES-256-GCM, bound to what it is the text of.</summary>
    public string Encrypt(string text, string of)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(of));
        return Convert.ToBase64String(box);
    }

    /// <summary>Decrypts it.</summary>
    /// <exception cref="CryptographicException">It was encrypted with another secret, or changed, or is of something else.</exception>
    public string Decrypt(string text, string of)
    {
        var box = Convert.FromBase64String(text);
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(of));
        return Encoding.UTF8.GetString(plain);
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm.Vault;

/// <summary>What a sealed key belongs to: it opens for nothing else.</summary>
/// <param name="Owner">The account whose own it is; null when it is everybody's.</param>
/// <param name="BaseUrl">Where it is shown.</param>
/// <param name="KeyId">The key.</param>
internal sealed record KeyBinding(Guid? Owner, string BaseUrl, Guid KeyId);

/// <summary>A stand-in, until the vault is there.</summary>
internal sealed class KeyVault(IConfiguration configuration)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[]? key = configuration["JWT_SECRET"] is { Length: > 0 } secret
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "Bus provider keys"u8.ToArray())
        : null;

    public bool CanSeal => key is not null;

    public string Seal(string secret, KeyBinding binding)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key ?? throw new InvalidOperationException("BUS_MASTER_KEYS or JWT_SECRET is missing."), TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Of(binding));
        return Convert.ToBase64String(box);
    }

    public string? Open(string sealedText, KeyBinding binding)
    {
        if (key is null)
            return null;
        try
        {
            var box = Convert.FromBase64String(sealedText);
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, Of(binding));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static byte[] Of(KeyBinding binding) => Encoding.UTF8.GetBytes($"{binding.Owner}\n{binding.BaseUrl}\n{binding.KeyId}");
}

/// <summary>What may be shown of a key.</summary>
internal static class KeyHint
{
    public static string Of(string secret) => secret.Length < 12 ? "…" : $"{(secret.StartsWith("sk-", StringComparison.Ordinal) ? "sk-" : "")}…{secret[^4..]}";
}

using System.Security.Cryptography;

namespace Bus.Llm.Vault;

/// <summary>A key that seals others, with AES-256-GCM. Safe for any number of calls at once.</summary>
/// <param name="id">What it is called; it stands before what it seals.</param>
/// <param name="key">The key itself.</param>
internal sealed class MasterKey(string id, byte[] key)
{
    public const int Bytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public string Id { get; } = id;

    /// <returns>Nonce, tag and ciphertext.</returns>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> boundTo)
    {
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), boundTo);
        return box;
    }

    /// <returns>Null when it was encrypted with another key, is bound to something else, or was changed.</returns>
    public byte[]? Decrypt(ReadOnlySpan<byte> box, ReadOnlySpan<byte> boundTo)
    {
        if (box.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box[NonceBytes..(NonceBytes + TagBytes)], plain, boundTo);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

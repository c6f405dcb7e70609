using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bus.Contracts;

/// <summary>How the entries of the audit stream hang together.</summary>
public static class AuditChain
{
    /// <summary>What stands for the entry before the first.</summary>
    public static readonly string NoHash = new('0', 64);

    /// <summary>
    /// SHA-256, in lower-case hexadecimal digits, of all other properties in their order: each as text in UTF-8 behind its length in bytes
    /// (32 bits, big-endian; -1 for one that is not there).
    /// </summary>
    public static string HashOf(Audited entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[]
        {
            entry.Number.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            entry.Actor, entry.ActorName, entry.Via, entry.Action, entry.Subject, entry.Before, entry.After, entry.Previous,
        })
            Add(hash, part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string? part)
    {
        var bytes = part is null ? [] : Encoding.UTF8.GetBytes(part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

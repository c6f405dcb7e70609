using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bus.Contracts;

/// <summary>
/// Ids that follow from other ids, so that whoever repeats a step arrives at the same id and the repetition is
/// recognised. Name-based UUIDs of version 5 (RFC 9562, section 5.5).
/// </summary>
public static class Ids
{
    /// <summary>Namespace of conversation ids.</summary>
    public static readonly Guid Conversations = new("6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01");

    /// <summary>The session that a message opens when its conversation has none.</summary>
    public static Guid Session(Guid conversationId, Guid messageId) => From(conversationId, "session", messageId.ToString());

    /// <summary>The id of a turn's attempt, counted from 1.</summary>
    public static Guid Attempt(Guid turnId, int number) => From(turnId, "attempt", number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The id that follows from a namespace and some parts; parts cannot run into each other.</summary>
    public static Guid From(Guid ns, params ReadOnlySpan<string> parts)
    {
        using var name = new MemoryStream();
        name.Write(ns.ToByteArray(bigEndian: true));
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            name.Write(length);
            name.Write(bytes);
        }

#pragma warning disable CA5350 // The format of version 5 is SHA-1; it names things here and protects nothing.
        Span<byte> hash = SHA1.HashData(name.ToArray());
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

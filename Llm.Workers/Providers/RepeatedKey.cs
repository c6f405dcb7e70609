using System.Buffers;
using System.Text;

namespace Bus.Llm;

/// <summary>
/// Takes our key out of what a provider writes: answers go to callers as they are, and some servers repeat what they were sent. A key that is a word (<c>ollama</c>,
/// <c>lm-studio</c>) stays: it is no secret, and may be meant.
/// </summary>
internal static class RepeatedKey
{
    private const int ShortestSecret = 16;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly byte[] Instead = Encoding.UTF8.GetBytes("…");

    /// <summary>The key as it would be repeated; nothing when there is none, or it is no secret.</summary>
    public static byte[] Of(string? key) => key is { Length: >= ShortestSecret } && key.AsSpan().ContainsAny(Digits) ? Encoding.UTF8.GetBytes(key) : [];

    /// <summary>What the provider wrote, without the key.</summary>
    public static ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> data, byte[] key)
    {
        if (key.Length == 0 || data.Span.IndexOf(key) < 0)
            return data;
        var clean = new ArrayBufferWriter<byte>(data.Length);
        var rest = data.Span;
        while (rest.IndexOf(key) is >= 0 and var at)
        {
            clean.Write(rest[..at]);
            clean.Write(Instead);
            rest = rest[(at + key.Length)..];
        }

        clean.Write(rest);
        return clean.WrittenMemory;
    }
}

using System.Text;
using System.Text.Json;

namespace Bus.Llm.Metering;

/// <summary>Events of the ledger as they are kept.</summary>
internal static class LedgerJson
{
    private static readonly byte[] Nul = Encoding.UTF8.GetBytes("\\u0000");
    private static readonly byte[] Replacement = Encoding.UTF8.GetBytes("\\ufffd");

    /// <summary>An event as JSON. PostgreSQL keeps no U+0000 in it, and some words come from callers and providers.</summary>
    public static byte[] Of<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        for (var at = json.AsSpan().IndexOf(Nul); at >= 0; at = json.AsSpan().IndexOf(Nul))
            Replacement.CopyTo(json, at);
        return json;
    }
}

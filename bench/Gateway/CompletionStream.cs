using System.Text;
using Bus.Bench.Turns;

namespace Bus.Bench.Gateway;

/// <summary>
/// The events of a streamed completion, as they come. They are searched and not parsed, which would take more processor time than all else of the client;
/// the upstream's content has nothing that is escaped.
/// </summary>
internal sealed class CompletionStream : EventStream
{
    /// <summary>Bytes of content so far.</summary>
    public int Content { get; private set; }

    /// <summary>It has said what it took.</summary>
    public bool HasUsage { get; private set; }

    public bool IsDone { get; private set; }

    protected override void Read(ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual("[DONE]"u8))
            IsDone = true;
        else if (json.IndexOf("\"error\":"u8) >= 0)
            throw new BenchException($"A stream failed: {Encoding.UTF8.GetString(json)}");
        else if (After(json, "\"prompt_tokens\":"u8).Length > 0)
            HasUsage = true;
        else if (After(json, "\"content\":"u8) is [(byte)'"', .. var text])
            Content += text.IndexOf((byte)'"');
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        json.IndexOf(name) is var at && at < 0 ? [] : json[(at + name.Length)..].TrimStart((byte)' ');
}

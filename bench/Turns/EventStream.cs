namespace Bus.Bench.Turns;

/// <summary>Server-sent events, each with one line of data, in parts that begin and end anywhere.</summary>
internal abstract class EventStream
{
    private byte[] rest = [];

    public void Add(ReadOnlySpan<byte> part)
    {
        ReadOnlySpan<byte> unread = rest.Length == 0 ? part : [.. rest, .. part];
        while (unread.IndexOf("\n\n"u8) is var at && at >= 0)
        {
            // Anything else is a comment that keeps the connection alive.
            if (unread[..at].StartsWith("data: "u8))
                Read(unread[6..at]);
            unread = unread[(at + 2)..];
        }

        rest = unread.ToArray();
    }

    protected abstract void Read(ReadOnlySpan<byte> json);
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bus.Bench.Turns;

/// <summary>The server-sent events of one answer, as they come.</summary>
internal sealed class AnswerStream
{
    private readonly StringBuilder text = new();
    private byte[] rest = [];

    public int Chunks { get; private set; }

    public bool IsDone { get; private set; }

    public string Text => text.ToString();

    public void Add(ReadOnlySpan<byte> part)
    {
        ReadOnlySpan<byte> unread = rest.Length == 0 ? part : [.. rest, .. part];
        while (unread.IndexOf("\n\n"u8) is var at && at >= 0)
        {
            Read(unread[..at]);
            unread = unread[(at + 2)..];
        }

        rest = unread.ToArray();
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data: "u8))
            return; // a comment that keeps the connection alive
        var data = JsonSerializer.Deserialize<Data>(line[6..]);
        if (data.Error is not null)
            throw new BenchException($"A turn failed: {data.Error}");
        if (data.Chunk is not null)
        {
            text.Append(data.Chunk);
            Chunks++;
        }

        IsDone |= data.Done;
    }

    private readonly record struct Data(
        [property: JsonPropertyName("chunk")] string? Chunk,
        [property: JsonPropertyName("done")] bool Done,
        [property: JsonPropertyName("error")] string? Error);
}

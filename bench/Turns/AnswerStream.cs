using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bus.Bench.Turns;

/// <summary>The server-sent events of one answer, as they come.</summary>
internal sealed class AnswerStream : EventStream
{
    private readonly StringBuilder text = new();

    public int Chunks { get; private set; }

    public bool IsDone { get; private set; }

    public string Text => text.ToString();

    protected override void Read(ReadOnlySpan<byte> json)
    {
        var data = JsonSerializer.Deserialize<Data>(json);
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

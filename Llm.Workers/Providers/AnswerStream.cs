using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Bus.Llm;

/// <summary>Reading from a body that a stranger writes: never more than a limit at once.</summary>
internal static class AnswerStream
{
    /// <summary>The lines, without their ends; each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLines(
        this Stream body, int longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                    yield return Line(rest);
                yield break;
            }

            if (rest.Length > longest)
                throw ProviderErrors.Unreadable();
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    /// <summary>The beginning of the body, as long as it is or as long as may be.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadUpTo(this Stream body, int longest, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (bytes.WrittenCount < longest)
        {
            var count = await body.ReadAsync(bytes.GetMemory(4096), cancellationToken);
            if (count == 0)
                break;
            bytes.Advance(count);
        }

        return bytes.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Line(ReadOnlySequence<byte> bytes)
    {
        var line = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}

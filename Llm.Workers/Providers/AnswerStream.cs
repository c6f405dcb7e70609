using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>Reading from a body that a stranger writes: never more than a limit at once.</summary>
internal static class AnswerStream
{
    private const int EndOfLine = 2;

    /// <summary>The lines, without their ends; each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLines(
        this Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true));
        var done = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            if (done + rest.Length > Limits.LargestAnswer)
                throw ProviderErrors.Unreadable();
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

            if (rest.Length > Limits.LargestAnswerEvent + EndOfLine)
                throw ProviderErrors.Unreadable();
            done += read.Buffer.Length - rest.Length;
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    /// <summary>The beginning of the body, as long as it is or as long as may be.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadUpTo(this Stream body, int longest, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (bytes.WrittenCount < longest)
        {
            var room = bytes.GetMemory(4096);
            var count = await body.ReadAsync(room[..Math.Min(room.Length, longest - bytes.WrittenCount)], cancellationToken);
            if (count == 0)
                break;
            bytes.Advance(count);
        }

        return bytes.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Line(ReadOnlySequence<byte> bytes)
    {
        var line = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
        var text = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
        return text.Length <= Limits.LargestAnswerEvent ? text : throw ProviderErrors.Unreadable();
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>One event of an answer.</summary>
/// <param name="IsError">It came in a field named <c>error</c>.</param>
/// <param name="Data">Its data; valid until the next event is asked for.</param>
internal readonly record struct AnswerEvent(bool IsError, ReadOnlyMemory<byte> Data);

/// <summary>
/// Reads server-sent events. Besides what the standard says, it gives out the field <c>error</c>, in which llama.cpp
/// reports failures and which a reader by the book ignores, and a last event that no empty line ends. The plain JSON of a
/// server that does not stream is one event.
/// </summary>
internal static class AnswerEvents
{
    /// <param name="type">What the answer says that it is.</param>
    /// <param name="body">The answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IAsyncEnumerable<AnswerEvent> Read(string type, Stream body, CancellationToken cancellationToken)
    {
        return type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? throw ProviderErrors.WebPage()
            : type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) ? ReadWhole(body, cancellationToken)
            : ReadStream(body, cancellationToken);
    }

    private static async IAsyncEnumerable<AnswerEvent> ReadWhole(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var whole = await body.ReadUpTo(Limits.LargestWholeAnswer + 1, cancellationToken);
        yield return whole.Length <= Limits.LargestWholeAnswer ? new AnswerEvent(false, whole) : throw ProviderErrors.Unreadable();
        yield return new AnswerEvent(false, ChatAnswer.Done);
    }

    private static async IAsyncEnumerable<AnswerEvent> ReadStream(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var data = new ArrayBufferWriter<byte>();
        await foreach (var line in body.ReadLines(cancellationToken))
        {
            if (line.IsEmpty && data.WrittenCount > 0)
            {
                yield return new AnswerEvent(false, data.WrittenMemory);
                data.ResetWrittenCount();
            }
            else if (ValueOf(line, "data"u8) is { } value)
            {
                Append(data, value);
            }
            else if (ValueOf(line, "error"u8) is { } error)
            {
                yield return new AnswerEvent(true, error);
            }
        }

        if (data.WrittenCount > 0)
            yield return new AnswerEvent(false, data.WrittenMemory);
    }

    private static ReadOnlyMemory<byte>? ValueOf(ReadOnlyMemory<byte> line, ReadOnlySpan<byte> field)
    {
        if (!line.Span.StartsWith(field) || line.Length == field.Length || line.Span[field.Length] != ':')
            return null;
        var value = line[(field.Length + 1)..];
        return value.Span.StartsWith(" "u8) ? value[1..] : value;
    }

    private static void Append(ArrayBufferWriter<byte> data, ReadOnlyMemory<byte> value)
    {
        if (data.WrittenCount + value.Length > Limits.LargestAnswerEvent)
            throw ProviderErrors.Unreadable();
        if (data.WrittenCount > 0)
            data.Write("\n"u8);
        data.Write(value.Span);
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Bus.Contracts;

namespace Bus.Llm.Gateway;

/// <summary>
/// Reads an answer piece by piece. It ends well only when the model came to an end: an answer that stops short of one is an error, whatever the
/// connection says.
/// </summary>
internal static class AnswerReader
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = Limits.DeepestAnswer,
    };

    /// <summary>The pieces; each is valid until the next is asked for.</summary>
    /// <exception cref="ProviderException">The provider reported an error, or the answer broke off or cannot be read.</exception>
    public static async IAsyncEnumerable<AnswerPiece> Read(UpstreamAnswer answer, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var events = answer.Events.GetAsyncEnumerator(cancellation);
        var (hasBegun, hasEnded) = (false, false);
        while (await Next(events, hasEnded))
        {
            if (events.Current.Data.Span.Trim(" \t"u8).SequenceEqual(ChatAnswer.Done.Span))
                yield break;
            var piece = PieceOf(events.Current, answer.Errors);
            if (piece.FinishReason == "error")
                throw ProviderErrors.BrokeOff();
            hasBegun = true;
            hasEnded |= piece.FinishReason is not null;
            yield return piece;
        }

        if (!hasEnded)
            throw hasBegun ? ProviderErrors.BrokeOff() : ProviderErrors.NoAnswer();
    }

    /// <summary>What follows the finish reason is of no use to anybody but for the usage; losing it is no failure.</summary>
    private static async ValueTask<bool> Next(IAsyncEnumerator<AnswerEvent> events, bool hasEnded)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (ProviderException) when (hasEnded)
        {
            return false;
        }
    }

    private static AnswerPiece PieceOf(AnswerEvent next, ProviderErrors errors)
    {
        var said = errors.WithoutKey(next.Data);
        // A text that was cut within a character is worth more with a replacement character than not at all.
        var data = Utf8.IsValid(said.Span) ? said : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(said.Span));
        try
        {
            return PieceOf(data, next.IsError, errors);
        }
        catch (JsonException)
        {
            return PieceOf(Strict(data, next.IsError), next.IsError, errors);
        }
    }

    private static AnswerPiece PieceOf(ReadOnlyMemory<byte> data, bool isError, ProviderErrors errors)
    {
        var facts = AnswerFacts.Of(data.Span);
        if (!isError && !facts.IsError)
            return AnswerPiece.Of(data, facts);
        using var json = JsonDocument.Parse(data, Lenient);
        throw errors.Reported(json.RootElement, isError: true)!;
    }

    /// <summary>JSON by the book of what some servers write; a bare text, where it tells of an error.</summary>
    private static byte[] Strict(ReadOnlyMemory<byte> data, bool isError)
    {
        try
        {
            using var json = JsonDocument.Parse(data, Lenient);
            if (json.RootElement.ValueKind is JsonValueKind.Object)
                return JsonSerializer.SerializeToUtf8Bytes(json.RootElement);
        }
        catch (JsonException) when (!isError)
        {
            throw ProviderErrors.Unreadable();
        }
        catch (JsonException)
        {
            // What an error says need not be JSON.
        }

        return isError ? JsonSerializer.SerializeToUtf8Bytes(new { error = Encoding.UTF8.GetString(data.Span) }) : throw ProviderErrors.Unreadable();
    }
}

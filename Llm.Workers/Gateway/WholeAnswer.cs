using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Bus.Llm.Gateway;

/// <summary>Reads an answer in one piece: JSON, and an answer to what was asked.</summary>
internal static class WholeAnswer
{
    /// <summary>The one piece.</summary>
    /// <exception cref="ProviderException">It reports an error, or is no such answer.</exception>
    public static async IAsyncEnumerable<AnswerPiece> Read(UpstreamAnswer answer, string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var events = answer.Events.GetAsyncEnumerator(cancellation);
        if (!await events.MoveNextAsync())
            throw ProviderErrors.BrokeOff();
        var data = answer.Errors.WithoutKey(events.Current.Data);
        if (!Utf8.IsValid(data.Span))
            data = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(data.Span));
        var piece = PieceOf(data, answer.Errors);
        // What has neither choices nor vectors is not what was asked for, whatever its status says.
        yield return piece.HasChoices || path != UpstreamCall.Completions ? piece with { IsWhole = true } : throw ProviderErrors.Unreadable();
    }

    private static AnswerPiece PieceOf(ReadOnlyMemory<byte> data, ProviderErrors errors)
    {
        try
        {
            var facts = AnswerFacts.Of(data.Span);
            if (!facts.IsError)
                return AnswerPiece.Of(data, facts);
            using var json = JsonDocument.Parse(data);
            throw errors.Reported(json.RootElement, isError: true)!;
        }
        catch (JsonException)
        {
            throw ProviderErrors.Unreadable();
        }
    }
}

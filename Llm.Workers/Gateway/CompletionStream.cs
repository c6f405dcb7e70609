using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bus.Llm.Gateway;

/// <summary>
/// Writes an answer as server-sent events while it comes. What the provider wrote goes out as it is; what it forgot is added: the end, and what it
/// took, where the caller wants to know. An answer that breaks off ends with an error and without <c>[DONE]</c>, and the connection with it, so that no client takes it
/// for whole.
/// </summary>
internal sealed class CompletionStream(HttpContext http, GatewayCall call, GatewayAnswer answer, AnswerForm form)
{
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpResponse response = http.Response;
    private string? id;
    private bool hasToldUsage;

    public async Task Write()
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await WritePieces(http.RequestAborted);
            await WriteEnd();
        }
        catch (ProviderException failure)
        {
            var told = GatewayErrors.Of(failure)!;
            Event(JsonSerializer.SerializeToUtf8Bytes(OpenAIErrors.Of(told.Status, told.Message, told.Field, told.Code), AsItIs));
            await response.BodyWriter.FlushAsync(http.RequestAborted);
            http.Abort();
        }
    }

    /// <summary>What is there already goes out together; nothing that is there waits for what is not.</summary>
    private async Task WritePieces(CancellationToken cancellation)
    {
        await using var pieces = answer.Pieces(cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            var next = pieces.MoveNextAsync();
            if (!next.IsCompleted)
                await response.BodyWriter.FlushAsync(cancellation);
            if (!await next)
                return;
            Piece(pieces.Current);
        }
    }

    private void Piece(AnswerPiece piece)
    {
        id ??= piece.Id;
        if (piece is { HasChoices: false, Tokens: not null } && !call.Body.WantsUsage)
            return;
        hasToldUsage |= piece.Tokens is not null;
        Event(piece.IsWhole ? PieceOfWhole(piece.Data) : piece.Data.Span);
    }

    private async Task WriteEnd()
    {
        if (form is AnswerForm.WithCost || (call.Body.WantsUsage && !hasToldUsage))
            Event(Usage());
        Event("[DONE]"u8);
        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private byte[] Usage()
    {
        var usage = new JsonObject
        {
            ["id"] = id ?? $"chatcmpl-{call.Id}",
            ["object"] = "chat.completion.chunk",
            ["created"] = answer.Reservation.ReservedAt.ToUnixTimeSeconds(),
            ["model"] = answer.Target.Name,
            ["choices"] = new JsonArray(),
            ["usage"] = CompletionBody.Usage(answer.Tokens),
        };
        if (form is AnswerForm.WithCost)
            CompletionBody.AddCost(usage, answer);
        return JsonSerializer.SerializeToUtf8Bytes(usage, AsItIs);
    }

    /// <summary>Some servers answer in one piece whatever they are asked: it becomes one that is a piece.</summary>
    private static byte[] PieceOfWhole(ReadOnlyMemory<byte> whole)
    {
        var piece = JsonNode.Parse(whole.Span)!.AsObject();
        piece["object"] = "chat.completion.chunk";
        foreach (var choice in piece["choices"]!.AsArray().OfType<JsonObject>())
        {
            choice["delta"] = choice["message"]?.DeepClone() ?? new JsonObject();
            choice.Remove("message");
        }

        return JsonSerializer.SerializeToUtf8Bytes(piece, AsItIs);
    }

    private void Event(ReadOnlySpan<byte> data)
    {
        var room = response.BodyWriter.GetSpan(data.Length + 8);
        "data: "u8.CopyTo(room);
        var line = room.Slice(6, data.Length);
        data.CopyTo(line);
        // Between the tokens of JSON a line break says nothing, and within an event it would end the line.
        line.Replace((byte)'\n', (byte)' ');
        "\n\n"u8.CopyTo(room[(6 + data.Length)..]);
        response.BodyWriter.Advance(data.Length + 8);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Llm.Gateway;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Completions;

/// <summary>
/// Writes an answer as server-sent events while it comes. What the provider wrote goes out as it is; what it forgot is added: whose words they are, the end, and what it
/// took, where the caller wants to know. An answer that breaks off ends with an error and without <c>[DONE]</c>, and the connection with it, so that no client takes it
/// for whole.
/// </summary>
internal sealed class CompletionStream(HttpContext http, GatewayCall call, GatewayAnswer answer, AnswerForm form)
{
    private readonly SseWriter events = new(http);
    private string? id;
    private bool hasBegun;
    private bool hasToldUsage;

    public async Task Write()
    {
        events.Begin();
        try
        {
            await WritePieces(http.RequestAborted);
            await WriteEnd();
        }
        catch (ProviderException failure)
        {
            await events.Fail(GatewayErrors.Of(failure)!);
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
                await events.Flush();
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
        // OpenAI's own clients put an answer together only when they know whose it is, and some servers never say.
        if (!hasBegun && piece is { HasChoices: true, HasRole: false } && call.Body.Choices == 1)
            events.Event(Beginning(piece));
        hasBegun |= piece.HasChoices;
        events.Event(piece.IsWhole ? PieceOfWhole(piece.Data) : piece.Data.Span);
    }

    private async Task WriteEnd()
    {
        if (form is AnswerForm.WithCost || (call.Body.WantsUsage && !hasToldUsage))
            events.Event(Usage());
        await events.End();
    }

    /// <summary>As the provider would have begun: what it says of itself is the same in all pieces.</summary>
    private JsonObject Beginning(AnswerPiece piece)
    {
        var beginning = Form(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = "" }, ["finish_reason"] = null });
        using var first = JsonDocument.Parse(piece.Data);
        if (first.RootElement.Member("created").Count() is { } created)
            beginning["created"] = created;
        if (first.RootElement.Member("model").Text() is { } model)
            beginning["model"] = model;
        return beginning;
    }

    private JsonObject Usage()
    {
        var usage = Form();
        usage["usage"] = CompletionBody.Usage(answer.Tokens);
        if (form is AnswerForm.WithCost)
            CompletionBody.AddCost(usage, answer);
        return usage;
    }

    private JsonObject Form(params JsonNode[] choices) => new()
    {
        ["id"] = id ?? $"chatcmpl-{call.Id}",
        ["object"] = "chat.completion.chunk",
        ["created"] = answer.Reservation.ReservedAt.ToUnixTimeSeconds(),
        ["model"] = answer.Target.Name,
        ["choices"] = new JsonArray(choices),
    };

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

        return JsonSerializer.SerializeToUtf8Bytes(piece, SseWriter.AsItIs);
    }
}

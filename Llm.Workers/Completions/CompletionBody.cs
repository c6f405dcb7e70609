using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Llm.Gateway;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Completions;

/// <summary>Writes an answer in one piece: as the provider wrote it, and what it cost where the caller is to know.</summary>
internal static class CompletionBody
{
    public static async Task Write(HttpContext http, GatewayAnswer answer, AnswerForm form)
    {
        try
        {
            ReadOnlyMemory<byte> body = default;
            await foreach (var piece in answer.Pieces(http.RequestAborted))
                body = form is AnswerForm.OpenAI ? piece.Data : WithCost(piece.Data, answer);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = body.Length;
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        }
        catch (ProviderException failure)
        {
            throw GatewayErrors.Of(failure)!;
        }
    }

    /// <summary>Tokens as OpenAI's clients read them.</summary>
    public static JsonObject Usage(TokenCounts tokens) => new()
    {
        ["prompt_tokens"] = tokens.Input,
        ["completion_tokens"] = tokens.Output,
        ["total_tokens"] = tokens.Input + tokens.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = tokens.Cached },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = tokens.Reasoning },
    };

    /// <summary>What it cost so far, null while the price is not known, and the trace code.</summary>
    public static void AddCost(JsonObject body, GatewayAnswer answer)
    {
        body["provider"] = answer.Target.Model.Provider;
        body["cost"] = answer.Cost;
        body["trace_id"] = ProblemException.CurrentTraceId();
    }

    private static byte[] WithCost(ReadOnlyMemory<byte> data, GatewayAnswer answer)
    {
        var body = JsonNode.Parse(data.Span)!.AsObject();
        body["usage"] ??= Usage(answer.Tokens);
        AddCost(body, answer);
        return JsonSerializer.SerializeToUtf8Bytes(body, SseWriter.AsItIs);
    }
}

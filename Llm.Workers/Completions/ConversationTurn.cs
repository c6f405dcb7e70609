using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Llm.Gateway;
using Bus.Messaging;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Completions;

/// <summary>Answers a completion that is a turn of a conversation: in OpenAI's form, whole or while it comes.</summary>
internal sealed class ConversationTurn(HttpContext http, ITurnWait turn, CallBody body, TimeProvider time)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly long created = time.GetUtcNow().ToUnixTimeSeconds();

    public async Task Answer()
    {
        http.Response.Headers["X-Bus-Turn-Id"] = turn.TurnId.ToString();
        if (body.IsStream)
            await Stream(new SseWriter(http));
        else
            await Whole();
    }

    private async Task Whole()
    {
        var end = await turn.End(http.RequestAborted);
        if (end.Outcome == TurnOutcomes.Failed)
            throw Failed(end);
        var answer = Form("chat.completion", end.Model, new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = end.Text },
            ["finish_reason"] = FinishOf(end),
        });
        Told(answer, end);
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, SseWriter.AsItIs), http.RequestAborted);
    }

    private async Task Stream(SseWriter events)
    {
        events.Begin();
        await events.Flush();
        var shown = new ShownReply();
        Piece(events, new JsonObject { ["role"] = "assistant", ["content"] = "" });
        while (true)
        {
            switch (await turn.Next(KeepAlive, http.RequestAborted))
            {
                case ReplyChunk chunk when shown.NewOf(chunk) is { Length: > 0 } said:
                    Piece(events, new JsonObject { ["content"] = said });
                    break;
                case TurnEnded { Outcome: TurnOutcomes.Failed } end:
                    await events.Fail(Failed(end));
                    return;
                case TurnEnded end:
                    await End(events, shown.RestOf(end), end);
                    return;
                case null when turn.IsOver:
                    await events.Fail(turn.Late());
                    return;
                case null:
                    events.KeepAlive();
                    break;
            }

            await events.Flush();
        }
    }

    private async Task End(SseWriter events, string rest, TurnEnded end)
    {
        if (rest.Length > 0)
            Piece(events, new JsonObject { ["content"] = rest });
        Piece(events, [], FinishOf(end), end.Model);
        if (body.WantsUsage)
        {
            var usage = Form("chat.completion.chunk", end.Model, null);
            Told(usage, end);
            events.Event(usage);
        }

        await events.End();
    }

    private void Piece(SseWriter events, JsonObject delta, string? finish = null, string? model = null) =>
        events.Event(Form("chat.completion.chunk", model, new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }));

    private JsonObject Form(string form, string? model, JsonObject? choice) => new()
    {
        ["id"] = $"chatcmpl-{turn.TurnId}",
        ["object"] = form,
        ["created"] = created,
        ["model"] = model ?? body.Model ?? "",
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    /// <summary>What is known when the turn is over: what it took, and where to read it again.</summary>
    private static void Told(JsonObject answer, TurnEnded end)
    {
        if (end.Usage is { } took)
            answer["usage"] = CompletionBody.Usage(new TokenCounts(took.InputTokens, took.OutputTokens, took.CachedTokens, took.ReasoningTokens));
        answer["session_id"] = end.SessionId.ToString();
        answer["trace_id"] = end.TraceId;
    }

    /// <summary>In words that OpenAI's clients know.</summary>
    private static string FinishOf(TurnEnded end) => end.FinishReason is null or FinishReasons.Cancelled ? FinishReasons.Stop : end.FinishReason;

    private static ProblemException Failed(TurnEnded end) => new(StatusCodes.Status502BadGateway, end.Text) { Code = "turn_failed" };
}

using Bus.Contracts;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Gateway;

/// <summary>The endpoints that ask models, in OpenAI's form.</summary>
internal static class CompletionsApi
{
    /// <summary>How long a caller waits for room where a limit is reached, or for providers that want to be left alone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void MapCompletionsApi(this IEndpointRouteBuilder routes)
    {
        var largest = routes.ServiceProvider.GetRequiredService<IConfiguration>().Number(Limits.MaxCompletionBytes);
        var group = routes.MapGroup("").WithTags("Models").Needs(Permissions.Chat).WithMetadata(new OpenAIErrors(), new BodyLimit(largest, Limits.MaxCompletionBytes.Name));
        group.MapPost("/v1/chat/completions", (HttpContext http, ModelGateway gateway) => Complete(http, gateway, AnswerForm.OpenAI))
            .WithSummary("Ask a model; requests, answers and errors have OpenAI's form. With metadata.conversation_id it is a turn of that conversation");
        group.MapPost("/v1/embeddings", Embed).WithSummary("Vectors of texts, in OpenAI's form");
    }

    private static async Task Complete(HttpContext http, ModelGateway gateway, AnswerForm form)
    {
        var body = BodyOf(await JsonBody.Read(http.Request));
        if (!body.HasPrompt)
            throw ProblemException.Invalid("messages", "must have a message at least.");
        await Answer(http, gateway, CallOf(http, UpstreamCall.Completions, body), form);
    }

    private static async Task Embed(HttpContext http, ModelGateway gateway)
    {
        var body = BodyOf(await JsonBody.Read(http.Request));
        if (!body.HasPrompt)
            throw ProblemException.Invalid("input", "must be a text or a list.");
        if (body.IsStream)
            throw ProblemException.Invalid("stream", "must be false: vectors come in one piece.");
        await Answer(http, gateway, CallOf(http, UpstreamCall.Embeddings, body), AnswerForm.OpenAI);
    }

    private static async Task Answer(HttpContext http, ModelGateway gateway, GatewayCall call, AnswerForm form)
    {
        GatewayAnswer answer;
        try
        {
            answer = await gateway.Ask(call, http.RequestAborted);
        }
        catch (Exception failure) when (GatewayErrors.Of(failure) is { } told)
        {
            throw told;
        }

        await using (answer)
        {
            http.Response.Headers["X-Bus-Call-Id"] = call.Id.ToString();
            http.Response.Headers["X-Bus-Provider"] = answer.Target.Model.Provider;
            http.Response.Headers["X-Request-Id"] = ProblemException.CurrentTraceId();
            if (call.Body.IsStream)
                await new CompletionStream(http, call, answer, form).Write();
            else
                await CompletionBody.Write(http, answer, form);
        }
    }

    private static CallBody BodyOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            return CallBody.Read(json);
        }
        catch (CallBodyException bad)
        {
            throw GatewayErrors.Of(bad)!;
        }
    }

    private static GatewayCall CallOf(HttpContext http, string path, CallBody body)
    {
        var caller = Caller.Of(http);
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var purpose = body.Purpose ?? (path == UpstreamCall.Embeddings ? Purposes.Embeddings : Purposes.Chat);
        return new GatewayCall(
            Guid.CreateVersion7(time.GetUtcNow()), new CallFor(caller.Id, caller.UserId, caller.Via, purpose), path, ModelOf(body, caller), body.Provider, body, Patience);
    }

    /// <summary>A key may be kept to some models; the first of them is its usual one.</summary>
    private static string? ModelOf(CallBody body, Caller caller)
    {
        if (caller.Models is not { } allowed)
            return body.Model;
        return body.Model is null ? allowed[0]
            : allowed.Contains(body.Model) ? body.Model
            : throw new ProblemException(StatusCodes.Status403Forbidden, $"model is none of those that this key may ask: {string.Join(", ", allowed)}.", "model") { Code = "model_not_allowed" };
    }
}

/// <summary>What an answer has besides what the provider wrote.</summary>
internal enum AnswerForm
{
    /// <summary>Nothing.</summary>
    OpenAI,

    /// <summary>What it took in money, and the trace code (contract, P-35 and X-18).</summary>
    WithCost,
}

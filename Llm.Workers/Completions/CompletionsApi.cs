using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Llm.Gateway;
using Bus.Llm.Gateway.Keeping;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Completions;

/// <summary>The endpoints that ask models, in OpenAI's form; those of the earlier servers say besides what it cost (contract, P-29 to P-35 and L-17).</summary>
internal static class CompletionsApi
{
    private const string ConversationHeader = "X-Conversation-Id";

    /// <summary>How long a caller waits for room where a limit is reached, or for providers that want to be left alone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void MapCompletionsApi(this IEndpointRouteBuilder routes)
    {
        var largest = routes.ServiceProvider.GetRequiredService<IConfiguration>().Number(Limits.MaxCompletionBytes);
        var group = routes.MapGroup("").WithTags("Models").Needs(Permissions.Chat).WithMetadata(new OpenAIErrors(), new BodyLimit(largest, Limits.MaxCompletionBytes.Name));
        group.MapPost("/v1/chat/completions", (HttpContext http, KeepingGateway gateway, CancellationToken cancellation) => Complete(http, gateway, AnswerForm.OpenAI, cancellation))
            .WithSummary("Ask a model; requests, answers and errors have OpenAI's form. With metadata.conversation_id it is a turn of that conversation").Described("application/json");
        group.MapPost("/api/v1/chat/completions", (HttpContext http, KeepingGateway gateway, CancellationToken cancellation) => Complete(http, gateway, AnswerForm.WithCost, cancellation))
            .WithSummary("Ask a model, as JSON or as a form; the answer says what it cost").Described("application/json", "multipart/form-data");
        group.MapPost("/api/v1/llm/chat", (HttpContext http, KeepingGateway gateway, CancellationToken cancellation) => Complete(http, gateway, AnswerForm.WithCost, cancellation))
            .WithSummary("Ask a model; the answer says what it cost").Described("application/json");
        group.MapPost("/v1/embeddings", Embed).WithSummary("Vectors of texts, in OpenAI's form").Described("application/json");
    }

    /// <summary>Bodies have too many members to name, and some that nobody here knows.</summary>
    private static void Described(this RouteHandlerBuilder endpoint, string body, params string[] bodies)
    {
        endpoint.Accepts<JsonObject>(body, bodies).Produces<JsonObject>(StatusCodes.Status200OK, "application/json", "text/event-stream");
        foreach (var status in (int[])[400, 404, 413, 415, 429, 502, 503, 504])
            endpoint.Produces<OpenAIErrorBody>(status);
    }

    private static async Task Complete(HttpContext http, KeepingGateway gateway, AnswerForm form, CancellationToken cancellation)
    {
        var body = BodyOf(form is AnswerForm.OpenAI ? await JsonBody.Read(http.Request) : await CompletionRequest.Read(http.Request));
        if (!body.HasPrompt)
            throw ProblemException.Invalid("messages", "must have a message at least.");
        if ((http.Request.Headers[ConversationHeader].FirstOrDefault() ?? body.ConversationId) is { Length: > 0 } conversation)
            await Say(http, conversation, body, cancellation);
        else
            await Answer(http, gateway, CallOf(http, UpstreamCall.Completions, body), form, cancellation);
    }

    private static async Task Embed(HttpContext http, KeepingGateway gateway, CancellationToken cancellation)
    {
        var body = BodyOf(await JsonBody.Read(http.Request));
        if (!body.HasPrompt)
            throw ProblemException.Invalid("input", "must be a text or a list.");
        if (body.IsStream)
            throw ProblemException.Invalid("stream", "must be false: vectors come in one piece.");
        await Answer(http, gateway, CallOf(http, UpstreamCall.Embeddings, body), AnswerForm.OpenAI, cancellation);
    }

    private static async Task Answer(HttpContext http, KeepingGateway gateway, GatewayCall call, AnswerForm form, CancellationToken cancellation)
    {
        GatewayAnswer answer;
        try
        {
            answer = await gateway.Ask(call, cancellation);
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
            if (answer.IsKept)
                http.Response.Headers["X-Bus-Cache"] = "hit";
            if (call.Body.IsStream)
                await new CompletionStream(http, call, answer, form).Write();
            else
                await CompletionBody.Write(http, answer, form);
        }
    }

    /// <summary>It is a turn of a conversation: kept, remembered and answered as any other.</summary>
    private static async Task Say(HttpContext http, string conversation, CallBody body, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        var model = caller.Asks(body.Model);
        SpokenTurn said;
        try
        {
            said = SpokenTurn.Of(body, body.Provider is null ? model : model is null ? body.Provider : $"{body.Provider}:{model}");
        }
        catch (CallBodyException bad)
        {
            throw GatewayErrors.Of(bad)!;
        }

        var conversations = http.RequestServices.GetRequiredService<IConversations>();
        using var turn = await conversations.Say(caller, conversation, body.Author ?? caller.Id, said.Text, said.Options, cancellation);
        await new ConversationTurn(http, turn, body, http.RequestServices.GetRequiredService<TimeProvider>()).Answer();
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
        var callFor = new CallFor(caller.Id, CallFor.ChooserOf(caller.Id, body.Author), caller.Via, purpose);
        return new GatewayCall(Guid.CreateVersion7(time.GetUtcNow()), callFor, path, caller.Asks(body.Model), body.Provider, body, Patience)
        {
            MayBeKept = http.Request.GetTypedHeaders().CacheControl is not { NoCache: true } and not { NoStore: true },
        };
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

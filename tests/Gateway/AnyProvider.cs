using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Tests.Gateway;

/// <summary>A provider that gives every request the same answer, and tells what was asked.</summary>
internal sealed class AnyProvider : IAsyncDisposable
{
    private const string Usage = """{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}""";

    private readonly WebApplication server;

    private AnyProvider(WebApplication server) => this.server = server;

    public string Url => server.Urls.Single() + "/v1";

    /// <summary>What was asked.</summary>
    public ConcurrentQueue<JsonElement> Bodies { get; } = [];

    /// <summary>With what it was asked.</summary>
    public ConcurrentQueue<string> Keys { get; } = [];

    /// <summary>Where somebody asked what a call took.</summary>
    public ConcurrentQueue<string> Lookups { get; } = [];

    /// <summary>What is answered to that; null: that it is not known yet.</summary>
    public string? Took { get; set; }

    /// <summary>Streams end after the first piece, without saying why.</summary>
    public bool BreaksOff { get; set; }

    public static async Task<AnyProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var provider = new AnyProvider(server);
        server.MapPost("/v1/chat/completions", provider.Answer);
        server.MapPost("/v1/embeddings", provider.Embed);
        server.MapGet("/v1/took", provider.Tell);
        await server.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        Bodies.Enqueue(body);
        Keys.Enqueue(http.Request.Headers.Authorization.ToString());
        if (!body.TryGetProperty("stream", out var stream) || !stream.GetBoolean())
        {
            await Json(http, $$"""{"id":"any-{{Bodies.Count}}","object":"chat.completion","created":1,"model":"any","choices":[{"index":0,"message":{"role":"assistant","content":"Hello to you."},"finish_reason":"stop"}],"usage":{{Usage}}}""");
            return;
        }

        http.Response.ContentType = "text/event-stream";
        foreach (var text in (string[])["Hello ", "to ", "you."])
        {
            await Event(http, $$$"""{"id":"any-{{{Bodies.Count}}}","object":"chat.completion.chunk","created":1,"model":"any","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""");
            if (BreaksOff)
                return;
        }

        await Event(http, """{"id":"any","object":"chat.completion.chunk","created":1,"model":"any","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        await Event(http, $$"""{"id":"any","object":"chat.completion.chunk","created":1,"model":"any","choices":[],"usage":{{Usage}}}""");
        await Event(http, "[DONE]");
    }

    private async Task Embed(HttpContext http)
    {
        Bodies.Enqueue(await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body));
        await Json(http, """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],"model":"any","usage":{"prompt_tokens":2,"total_tokens":2}}""");
    }

    private async Task Tell(HttpContext http)
    {
        Lookups.Enqueue($"{http.Request.QueryString} {http.Request.Headers.Authorization}");
        if (Took is not null)
            await Json(http, Took);
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static Task Json(HttpContext http, string json)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    private static async Task Event(HttpContext http, string data)
    {
        await http.Response.WriteAsync($"data: {data}\n\n");
        await http.Response.Body.FlushAsync();
    }
}

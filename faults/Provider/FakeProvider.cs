using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Faults.Provider;

/// <summary>
/// A model that answers each message with its tag, piece by piece, and keeps books of it; from time to time it is in trouble.
/// It speaks OpenAI's chat completions.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private const double UsualTrouble = 0.02;

    private readonly WebApplication server;
    private readonly Random random;
    private readonly TimeProvider time;
    private int count;

    private FakeProvider(WebApplication server, int seed, TimeProvider time) => (this.server, random, this.time) = (server, new Random(seed), time);

    /// <summary>Every call there was.</summary>
    public ConcurrentQueue<ProviderCall> Calls { get; } = [];

    /// <summary>Prompts that held messages of more than one conversation.</summary>
    public ConcurrentQueue<string> MixedPrompts { get; } = [];

    /// <summary>What every call meets now.</summary>
    public Trouble Trouble { get; set; }

    /// <summary>No call is in trouble any more.</summary>
    public bool IsHealed { get; set; }

    public static async Task<FakeProvider> Start(int seed, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var provider = new FakeProvider(server, seed, time);
        server.MapPost("/v1/chat/completions", provider.Serve);
        await server.StartAsync();
        return provider;
    }

    /// <summary>What makes a system ask this provider.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["LLM_API_URL"] = $"{server.Urls.Single()}/v1",
        ["LLM_MODEL"] = "fake",
        ["LLM_API_KEY"] = "sk-fake",
        ["JWT_SECRET"] = "the secret of a deployment that is broken",
    };

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Serve(HttpContext http)
    {
        var attempt = Guid.Parse(http.Request.Headers["X-Client-Request-Id"].ToString());
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var prompt = body.RootElement.GetProperty("messages").EnumerateArray().Select(m => TextOf(m.GetProperty("content"))).ToList();
        if (prompt.SelectMany(MessageTag.AllIn).Select(tag => tag.Conversation).Distinct().Count() > 1)
            MixedPrompts.Enqueue(prompt[^1]);

        var call = Note(attempt, MessageTag.In(prompt[^1]), prompt.Count);
        try
        {
            if (body.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean())
                await Answer(http, call);
            else
                await AnswerWhole(http, call);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // Whoever asked has died or hung up.
        }
        finally
        {
            call.EndedAt = time.GetUtcNow();
        }
    }

    private ProviderCall Note(Guid attempt, MessageTag? asked, int messages)
    {
        lock (random)
        {
            var trouble = Trouble;
            if (trouble == Trouble.None && !IsHealed && random.NextDouble() < UsualTrouble)
                trouble = (Trouble)random.Next(1, 1 + (int)Trouble.Garbage);
            var call = new ProviderCall(++count, attempt, asked, trouble, 10 * messages + 1, random.Next(5, 500), time.GetUtcNow());
            Calls.Enqueue(call);
            return call;
        }
    }

    private async Task Answer(HttpContext http, ProviderCall call)
    {
        switch (call.Trouble)
        {
            case Trouble.TooManyRequests:
                http.Response.Headers.RetryAfter = "2";
                await Refuse(http, 429);
                break;
            case Trouble.ServerError:
                await Refuse(http, 500);
                break;
            case Trouble.Overloaded:
                await Refuse(http, 503);
                break;
            case Trouble.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, http.RequestAborted);
                break;
            case Trouble.Garbage:
                await http.Response.WriteAsync("data: {\"choices\": [\u0000\ufffd<html>", http.RequestAborted);
                break;
            case Trouble.HalfAnswer:
                await Speak(http, Words(call)[..4]);
                http.Abort();
                break;
            default:
                await Speak(http, Words(call));
                await End(http, call);
                break;
        }
    }

    /// <summary>Somebody wants to know whether their key is good.</summary>
    private static async Task AnswerWhole(HttpContext http, ProviderCall call)
    {
        await http.Response.WriteAsJsonAsync(
            new
            {
                id = "fake",
                @object = "chat.completion",
                created = 0,
                model = "fake",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = "pong" }, finish_reason = "length" } },
                usage = UsageOf(call),
            },
            http.RequestAborted);
        call.IsComplete = true;
    }

    private string[] Words(ProviderCall call)
    {
        int words;
        lock (random)
            words = random.Next(4, 12);
        return [$"Answer to {call.Asked}, ", $"call {call.Number}:", .. Enumerable.Range(1, words).Select(word => $" word{word}")];
    }

    private async Task Speak(HttpContext http, IEnumerable<string> words)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var word in words)
        {
            await Send(http, new { id = "fake", @object = "chat.completion.chunk", created = 0, model = "fake", choices = new[] { new { index = 0, delta = new { content = word }, finish_reason = (string?)null } } });
            TimeSpan pause;
            lock (random)
                pause = TimeSpan.FromMilliseconds(random.Next(10, 120));
            await Task.Delay(pause, time, http.RequestAborted);
        }
    }

    private static async Task End(HttpContext http, ProviderCall call)
    {
        await Send(http, new { id = "fake", @object = "chat.completion.chunk", created = 0, model = "fake", choices = new[] { new { index = 0, delta = new { }, finish_reason = "stop" } } });
        await Send(http, new
        {
            id = "fake",
            @object = "chat.completion.chunk",
            created = 0,
            model = "fake",
            choices = Array.Empty<object>(),
            usage = UsageOf(call),
        });
        await http.Response.WriteAsync("data: [DONE]\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        call.IsComplete = true;
    }

    private static object UsageOf(ProviderCall call) => new { prompt_tokens = call.InputTokens, completion_tokens = call.OutputTokens, total_tokens = call.InputTokens + call.OutputTokens };

    private static async Task Send(HttpContext http, object piece)
    {
        await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(piece)}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { error = new { message = "In trouble.", type = "server_error" } }, http.RequestAborted);
    }

    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
}

using System.Globalization;
using System.Text.Json;
using Bus.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Bus.Tests.Gateway;

/// <summary>One request to a <see cref="ScriptedProvider"/>, and the ways to answer it.</summary>
internal sealed class ScriptedCall
{
    public const int InputTokens = 11;
    public const int OutputTokens = 5;

    private readonly HttpContext http;
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ScriptedCall(HttpContext http, string name, JsonElement body)
    {
        (this.http, Name, Body) = (http, name, body);
        Key = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        AttemptId = Guid.Parse(http.Request.Headers["X-Client-Request-Id"].ToString());
        IsStream = body.TryGetProperty("stream", out var stream) && stream.GetBoolean();
        At = TimeProvider.System.GetUtcNow();
        http.RequestAborted.Register(() => gone.TrySetResult());
    }

    public string Name { get; }

    public string Key { get; }

    public Guid AttemptId { get; }

    public JsonElement Body { get; }

    public bool IsStream { get; }

    public DateTimeOffset At { get; }

    /// <summary>What was said last.</summary>
    public string Asked => Body.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;

    /// <summary>Whoever asked has hung up.</summary>
    public Task Gone => gone.Task.WaitAsync(Patience.Limit);

    /// <summary>Lets it go on.</summary>
    public void Release() => released.TrySetResult();

    public static async Task<ScriptedCall> Read(HttpContext http, string name) =>
        new(http, name, await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body));

    /// <summary>As it should be done.</summary>
    public async Task Answer(string text, bool withUsage = true)
    {
        if (!IsStream)
        {
            await Json(200, Whole(text, withUsage));
            return;
        }

        await Role();
        foreach (var piece in text.Chunk(3))
            await Say(new string(piece));
        await Finish();
        if (withUsage)
            await Usage();
        await Data("[DONE]");
    }

    /// <summary>That it will speak, and nothing that people would see.</summary>
    public Task Role() => Piece("""{"role":"assistant","content":""}""");

    public Task Say(string text) => Piece($$"""{"content":{{JsonSerializer.Serialize(text)}} }""");

    public Task Finish() => Piece("{}", "\"stop\"");

    public Task Usage(int output = OutputTokens) => Data($$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[],"usage":{{UsageOf(output)}} }""");

    public async Task Data(string data)
    {
        if (!http.Response.HasStarted)
            http.Response.ContentType = "text/event-stream";
        await Raw($"data: {data}\n\n");
    }

    public async Task Raw(string text, string? type = null)
    {
        if (type is not null)
            http.Response.ContentType = type;
        await http.Response.WriteAsync(text, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    /// <summary>Refuses, with an error in OpenAI's form.</summary>
    public Task Refuse(int status, string code = "", string message = "No.", double? retryAfter = null)
    {
        if (retryAfter is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Json(status, $$"""{"error":{"message":"{{message}}","type":"error","param":null,"code":{{(code.Length == 0 ? "null" : $"\"{code}\"")}} } }""");
    }

    /// <summary>Half of an answer, in which nothing is yet that people would see, and then nothing more.</summary>
    public async Task Half()
    {
        if (IsStream)
            await Role();
        else
            await Raw(Whole("half of it is missing", true)[..60], "application/json");
        HangUp();
    }

    /// <summary>Nothing at all.</summary>
    public Task Silence() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);

    /// <summary>Nothing more, but for signs of life.</summary>
    public async Task Dots()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (await timer.WaitForNextTickAsync(http.RequestAborted))
            await Raw(": still there\n\n");
    }

    /// <summary>Signs of life until the test lets it go on.</summary>
    public async Task DotsUntilReleased()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (!released.Task.IsCompleted && await timer.WaitForNextTickAsync(http.RequestAborted))
            await Data(""" {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[]} """);
    }

    /// <summary>Nothing more; what was said before arrives.</summary>
    public void HangUp()
    {
        // Kestrel sends what it has, and no end, when whoever answers throws; when nothing was said yet, it would tell of that.
        if (!http.Response.HasStarted)
            http.Abort();
        throw new HungUpException();
    }

    private Task Json(int status, string body)
    {
        http.Response.StatusCode = status;
        return Raw(body, "application/json");
    }

    private Task Piece(string delta, string finish = "null") =>
        Data($$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}} }]}""");

    private static string Whole(string text, bool withUsage) =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":{{JsonSerializer.Serialize(text)}} },"finish_reason":"stop"}]{{(withUsage ? $",\"usage\":{UsageOf(OutputTokens)}" : "")}} }""";

    private static string UsageOf(int output) => $$"""{"prompt_tokens":{{InputTokens}},"completion_tokens":{{output}},"total_tokens":{{InputTokens + output}} }""";
}

/// <summary>A provider has hung up.</summary>
internal sealed class HungUpException : Exception;

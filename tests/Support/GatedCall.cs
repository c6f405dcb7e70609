using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Bus.Tests.Support;

/// <summary>One call to a <see cref="GatedProvider"/>, answered piece by piece.</summary>
internal sealed class GatedCall
{
    public const int InputTokens = 11;
    public const int OutputTokens = 7;

    private readonly HttpContext http;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GatedCall(HttpContext http, JsonElement body)
    {
        this.http = http;
        Prompt = [.. body.GetProperty("messages").EnumerateArray().Select(m => (m.GetProperty("role").GetString()!, TextOf(m.GetProperty("content"))))];
        Model = body.GetProperty("model").GetString()!;
        Temperature = body.TryGetProperty("temperature", out var temperature) ? temperature.GetDouble() : null;
        http.RequestAborted.Register(() => gone.TrySetResult());
    }

    /// <summary>The model that was asked for.</summary>
    public string Model { get; }

    /// <summary>The messages that the model was shown.</summary>
    public IReadOnlyList<(string Role, string Text)> Prompt { get; }

    /// <summary>The temperature that was asked for.</summary>
    public double? Temperature { get; }

    /// <summary>What people said in them.</summary>
    public IEnumerable<string> Said => Prompt.Where(m => m.Role == "user").Select(m => m.Text);

    /// <summary>The last of it: the question.</summary>
    public string Asked => Prompt[^1].Text;

    /// <summary>The test has ended the answer.</summary>
    public Task Ended => ended.Task;

    /// <summary>The caller has hung up.</summary>
    public Task Gone => gone.Task.WaitAsync(Patience.Limit);

    public Task Say(string piece) => Send(JsonSerializer.Serialize(new
    {
        id = "gated",
        @object = "chat.completion.chunk",
        created = 0,
        model = "gated",
        choices = new[] { new { index = 0, delta = new { content = piece }, finish_reason = (string?)null } },
    }));

    /// <summary>Ends the answer as it should be done.</summary>
    public async Task End()
    {
        await Send("""{"id":"gated","object":"chat.completion.chunk","created":0,"model":"gated","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        await Send($$$"""{"id":"gated","object":"chat.completion.chunk","created":0,"model":"gated","choices":[],"usage":{"prompt_tokens":{{{InputTokens}}},"completion_tokens":{{{OutputTokens}}},"total_tokens":18}}""");
        await Send("[DONE]");
        Drop();
    }

    /// <summary>Says it all.</summary>
    public async Task Answer(string text)
    {
        await Say(text);
        await End();
    }

    /// <summary>Refuses, with words that repeat what was asked, as some providers do.</summary>
    public async Task Refuse(int status)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { error = new { message = $"Refused: {Asked}", type = "server_error" } });
        Drop();
    }

    /// <summary>Says nothing more and hangs up.</summary>
    public void Drop() => ended.TrySetResult();

    private async Task Send(string data)
    {
        if (!http.Response.HasStarted)
            http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"data: {data}\n\n");
        await http.Response.Body.FlushAsync();
    }

    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
}

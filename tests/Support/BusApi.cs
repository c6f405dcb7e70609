using System.Net.Http.Json;
using System.Text.Json;

namespace Bus.Tests.Support;

/// <summary>The HTTP API, as a client of the earlier systems calls it.</summary>
internal static class BusApi
{
    /// <summary><c>POST /v1/chat/handle</c>; the text of the answer.</summary>
    public static async Task<string> Handle(this HttpClient http, string chatId, string text)
    {
        using var response = await http.PostAsJsonAsync("/v1/chat/handle", new { user_id = "tester", chat_id = chatId, text });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? answer.GetProperty("text").GetString()! : throw new HttpRequestException($"{response.StatusCode}: {answer}");
    }

    /// <summary><c>POST /conversations</c>; the session.</summary>
    public static async Task<Guid> CreateSession(this HttpClient http)
    {
        using var response = await http.PostAsync("/conversations", null);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("session_id").GetGuid();
    }

    /// <summary><c>POST /chat</c> with <c>stream:false</c>; the answer as it came.</summary>
    public static Task<HttpResponseMessage> Chat(this HttpClient http, Guid sessionId, string message) =>
        http.PostAsJsonAsync("/chat", new { user_id = "tester", session_id = sessionId, message, stream = false });

    /// <summary><c>POST /chat</c> with <c>stream:true</c>, as soon as its headers are there: the broker has the message.</summary>
    public static async Task<HttpResponseMessage> ChatStream(this HttpClient http, Guid sessionId, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat")
        {
            Content = JsonContent.Create(new { user_id = "tester", session_id = sessionId, message, stream = true }),
        };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The payloads of the <c>data:</c> lines of a stream, as they come.</summary>
    public static async IAsyncEnumerable<string> Data(this HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return line["data: ".Length..];
        }
    }

    /// <summary>The text of a whole stream; fails when it does not end in <c>done</c>.</summary>
    public static async Task<string> StreamedText(this HttpResponseMessage response)
    {
        var text = "";
        await foreach (var data in response.Data())
        {
            using var json = JsonDocument.Parse(data);
            if (json.RootElement.TryGetProperty("chunk", out var chunk))
                text += chunk.GetString();
            if (json.RootElement.TryGetProperty("done", out _))
                return text;
        }

        throw new InvalidOperationException($"The stream ended without done, after: {text}");
    }

    /// <summary><c>GET /conversations/{id}/history</c> as lines of <c>role: content</c>, as soon as it is up to date: on a busy machine projections may be behind.</summary>
    public static async Task<IReadOnlyList<string>> History(this HttpClient http, Guid sessionId)
    {
        using var answer = await Eventually.Get(() => http.GetAsync($"/conversations/{sessionId}/history"), answer => !answer.Headers.Contains("Bus-Events-Behind"));
        answer.EnsureSuccessStatusCode();
        var history = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. history.GetProperty("messages").EnumerateArray().Select(m => $"{m.GetProperty("role").GetString()}: {m.GetProperty("content").GetString()}")];
    }
}

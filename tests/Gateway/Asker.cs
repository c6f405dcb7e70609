using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Tests.Support;

namespace Bus.Tests.Gateway;

/// <summary>Somebody with a key who asks for completions.</summary>
internal sealed class Asker(TestAccount account, ProvidedSystem shared)
{
    /// <summary>Tokens of the prompt, as the gateway estimates them: nine bytes, and a message's frame.</summary>
    public const int InputTokens = 7;

    public string Owner => account.Owner;

    /// <summary>Asks, and reads the answer to its end.</summary>
    public async Task<Completion> Ask(string model, bool isStream = false, HostProcess? host = null, string text = "hello", Action<string>? heard = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri((host ?? shared.First).Http.BaseAddress!, "/v1/chat/completions"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", account.Key) },
            Content = JsonContent.Create(new { model, stream = isStream, messages = new[] { new { role = "user", content = text } } }),
        };
        using var response = await (host ?? shared.First).Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var answer = new Completion((int)response.StatusCode, response.Headers.RetryAfter?.Delta);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        return response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await ReadStream(answer, body, heard, cancellation) : ReadWhole(answer, await JsonSerializer.DeserializeAsync<JsonElement>(body, cancellationToken: cancellation));
    }

    private static Completion ReadWhole(Completion answer, JsonElement body) => body.TryGetProperty("error", out var error)
        ? answer with { Error = error }
        : answer with { Text = body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!, IsDone = true };

    private static async Task<Completion> ReadStream(Completion answer, Stream body, Action<string>? heard, CancellationToken cancellation)
    {
        using var lines = new StreamReader(body);
        try
        {
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                if (line == "data: [DONE]")
                    answer = answer with { IsDone = true };
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    answer = Add(answer, JsonSerializer.Deserialize<JsonElement>(line[6..]));
                heard?.Invoke(answer.Text);
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            answer = answer with { IsBroken = true };
        }

        return answer;
    }

    private static Completion Add(Completion answer, JsonElement piece)
    {
        if (piece.TryGetProperty("error", out var error))
            return answer with { Error = error };
        return piece.GetProperty("choices") is { } choices && choices.GetArrayLength() > 0 && choices[0].GetProperty("delta").TryGetProperty("content", out var content)
            ? answer with { Text = answer.Text + content.GetString() }
            : answer;
    }
}

/// <summary>What somebody got who asked for a completion.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">When to come again.</param>
internal sealed record Completion(int Status, TimeSpan? RetryAfter)
{
    /// <summary>What the model said.</summary>
    public string Text { get; init; } = "";

    /// <summary>The error that was reported, in whatever place.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>It is whole, as its form says.</summary>
    public bool IsDone { get; init; }

    /// <summary>The connection ended before the answer did.</summary>
    public bool IsBroken { get; init; }

    /// <summary>A member of the error.</summary>
    public string? Told(string member) => Error?.GetProperty(member).GetString();
}

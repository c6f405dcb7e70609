using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>POST /chat</c> with <c>stream:true</c>: contract, C-17.</summary>
public sealed class Chatting_with_a_stream(SharedSystem shared)
{
    [Fact]
    public async Task Should_send_the_documented_lines_and_nothing_else()
    {
        var session = await shared.Http.CreateSession();

        var answer = await Stream(session, """你好！有什么 😀 \\uD83D\\uDE00 \"so\" <b>""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("text/event-stream", answer.ContentType.Split(';')[0]);
        var events = answer.Body.Split("\n\n");
        Assert.Equal("", events[^1]);
        Assert.Equal("""data: {"done": true}""", events[^2]);
        var text = "";
        foreach (var line in events[..^2])
        {
            Assert.Matches("""^data: \{"chunk": ".+"\}$""", line);
            text += JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("chunk").GetString();
        }

        Assert.Equal("""[demo] You said: 你好！有什么 😀 \uD83D\uDE00 "so" <b>""" + "\n\nI was shown 2 messages.", text);
        var sent = string.Concat(events[..^2].Select(line => line["""data: {"chunk": """.Length..].TrimEnd('}').Trim('"')));
        Assert.Contains("""你好！有什么 😀 \\uD83D\\uDE00 \"so\" <b>""", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_send_what_the_history_keeps()
    {
        var session = await shared.Http.CreateSession();
        using var response = await shared.Http.ChatStream(session, "demo:words=2000");

        var text = await response.StreamedText();

        Assert.Equal($"assistant: {text}", (await shared.Http.History(session))[1]);
    }

    [Fact]
    public async Task Should_end_with_the_error_and_its_trace_code_when_the_model_fails()
    {
        var session = await shared.Http.CreateSession();

        var answer = await Stream(session, "demo:words=5 demo:fail-after=2");

        Assert.Equal(200, answer.Status);
        var events = answer.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""data: {"done": true}""", events[^1]);
        var error = JsonDocument.Parse(events[^2]["data: ".Length..]).RootElement;
        Assert.Equal(["error", "trace_id"], error.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[0-9a-f]{32}$", error.GetProperty("trace_id").GetString()!);
        Assert.Contains(error.GetProperty("trace_id").GetString()!, error.GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.All(events[..^2], line => Assert.StartsWith("""data: {"chunk": """, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_not_be_held_back_by_whatever_stands_between()
    {
        var session = await shared.Http.CreateSession();
        using var response = await shared.Http.ChatStream(session, "hi");
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        await response.StreamedText();
    }

    private Task<RawAnswer> Stream(Guid session, string message) => shared.Http.Raw(
        HttpMethod.Post, "/chat", $$"""{"user_id": "u", "session_id": "{{session}}", "message": "{{message}}", "stream": true}""");
}

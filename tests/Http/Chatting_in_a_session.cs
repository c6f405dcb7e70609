using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>POST /chat</c> with <c>stream:false</c>: contract, C-15 and C-16.</summary>
public sealed class Chatting_in_a_session(SharedSystem shared)
{
    [Theory]
    [InlineData(""", "stream": false""")]
    [InlineData(""", "stream": null""")]
    [InlineData("")]
    [InlineData(""", "temperature": 0.7, "max_tokens": 2000, "stream": false""")]
    [InlineData(""", "temperature": 0, "max_tokens": 1""")]
    [InlineData(""", "temperature": 2, "max_tokens": 1000000""")]
    [InlineData(""", "temperature": null, "max_tokens": null""")]
    [InlineData(""", "temperature": "0.7", "max_tokens": "2000" """)] // the earlier system took numbers as strings, too
    public async Task Should_give_the_documented_answer_and_nothing_else(string options)
    {
        var session = await shared.Http.CreateSession();

        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/chat", $$"""{"user_id": "user_xxx", "session_id": "{{session}}", "message": "你好"{{options}}}""");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"session_id":"{{session}}","user_message":"你好","assistant_reply":"[demo] You said: 你好\n\nI was shown 2 messages."}""",
            answer.Body);
    }

    [Fact]
    public async Task Should_be_a_bad_gateway_with_the_trace_code_when_the_model_fails()
    {
        var session = await shared.Http.CreateSession();
        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/chat", $$"""{"user_id": "u", "session_id": "{{session}}", "message": "demo:fail"}""");
        Refusal.Check(answer, 502, null);
    }

    [Theory]
    [InlineData("  spaces around \\n")]
    [InlineData("emoji 😀 and \\\"quotes\\\" and \\\\ and <b>&'")]
    [InlineData("\\u200f right to left \\u2028 line \\t tab \\u0001 control")]
    public async Task Should_keep_a_message_as_it_was_sent(string message)
    {
        var session = await shared.Http.CreateSession();
        using var sent = System.Text.Json.JsonDocument.Parse($"\"{message}\"");

        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/chat", $$"""{"user_id": "u", "session_id": "{{session}}", "message": "{{message}}"}""");

        using var body = System.Text.Json.JsonDocument.Parse(answer.Body);
        Assert.Equal(sent.RootElement.GetString(), body.RootElement.GetProperty("user_message").GetString());
        Assert.Equal($"user: {sent.RootElement.GetString()}", (await shared.Http.History(session))[0]);
    }

    [Fact]
    public async Task Should_keep_a_message_of_64_kilobytes()
    {
        var session = await shared.Http.CreateSession();
        var message = new string('x', 64 * 1024);

        using var answer = await shared.Http.Chat(session, message);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal($"user: {message}", (await shared.Http.History(session))[0]);
    }
}

using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>GET /conversations/{session_id}/history</c>: contract, C-13.</summary>
public sealed class Reading_a_history(SharedSystem shared)
{
    [Fact]
    public async Task Should_give_what_was_said_in_order()
    {
        var session = await shared.Http.CreateSession();
        using var first = await shared.Http.Chat(session, "你好");
        using var second = await shared.Http.Chat(session, "又");

        var answer = await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        var messages = string.Join(
            ',',
            """{"role":"user","content":"你好"}""",
            """{"role":"assistant","content":"[demo] You said: 你好\n\nI was shown 2 messages."}""",
            """{"role":"user","content":"又"}""",
            """{"role":"assistant","content":"[demo] You said: 又\n\nI was shown 4 messages."}""");
        Assert.Equal($$"""{"session_id":"{{session}}","messages":[{{messages}}]}""", answer.Body);
    }

    [Fact]
    public async Task Should_be_empty_before_anything_is_said()
    {
        var session = await shared.Http.CreateSession();
        var answer = await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history");
        Assert.Equal((200, $$"""{"session_id":"{{session}}","messages":[]}"""), (answer.Status, answer.Body));
    }
}

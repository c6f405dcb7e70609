using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>DELETE /conversations/{session_id}</c>: contract, C-14.</summary>
public sealed class Removing_a_session(SharedSystem shared)
{
    [Fact]
    public async Task Should_leave_nothing_of_what_was_said()
    {
        var session = await shared.Http.CreateSession();
        var secret = $"secret-{Some.Id():n}";
        using var _ = await shared.Http.Chat(session, secret);

        var answer = await shared.Http.Raw(HttpMethod.Delete, $"/conversations/{session}");

        Assert.Equal((200, $$"""{"session_id":"{{session}}","message":"对话会话删除成功"}"""), (answer.Status, answer.Body));
        var list = await shared.Http.Raw(HttpMethod.Get, "/conversations");
        Assert.DoesNotContain($"{session}", list.Body, StringComparison.Ordinal);
        await Eventually.Get(() => Mentions(secret), count => count == 0);
    }

    [Fact]
    public async Task Should_leave_a_session_that_does_not_exist_any_more()
    {
        var session = await shared.Http.CreateSession();
        await shared.Http.Raw(HttpMethod.Delete, $"/conversations/{session}");

        Refusal.Check(await shared.Http.Raw(HttpMethod.Delete, $"/conversations/{session}"), 404, "session_id");
        Refusal.Check(await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history"), 404, "session_id");
        Refusal.Check(await shared.Http.Raw(HttpMethod.Delete, $"/conversations/{session}/turn"), 404, "session_id");
        Refusal.Check(
            await shared.Http.Raw(HttpMethod.Post, "/chat", $$"""{"user_id": "u", "session_id": "{{session}}", "message": "hi"}"""), 404, "session_id");
        Refusal.Check(await shared.Http.Raw(HttpMethod.Post, "/v1/chat/reset", $$"""{"session_id": "{{session}}"}"""), 404, "session_id");
    }

    /// <summary>Rows of any table that still hold a text.</summary>
    private async Task<long> Mentions(string text)
    {
        await using var command = shared.System.Database.CreateCommand("""
            select (select count(*) from mt_events where data::text like $1)
                 + (select count(*) from conversation_state where body::text like $1)
                 + (select count(*) from bus_outbox where convert_from(body, 'UTF8') like $1)
            """);
        command.Parameters.Add(new() { Value = $"%{text}%" });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

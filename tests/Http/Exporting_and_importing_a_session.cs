using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>GET /conversations/{session_id}/export</c> and <c>POST /conversations/import</c>.</summary>
public sealed class Exporting_and_importing_a_session(SharedSystem shared) : IAsyncLifetime
{
    private TestSystem other = null!;
    private HostProcess otherHost = null!;

    public async ValueTask InitializeAsync() => (other, otherHost) = await TestSystem.Start();

    public ValueTask DisposeAsync() => other.DisposeAsync();

    [Fact]
    public async Task Should_give_it_to_another_system_where_it_is_read_and_goes_on_in_a_new_session()
    {
        var session = await Talked();
        var file = await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/export");
        Assert.Equal((200, "application/json"), (file.Status, file.ContentType));

        var imported = await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", file.Body);
        var again = await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", file.Body);

        var events = (await shared.System.Events(session)).Count;
        Assert.Equal((201, $$"""{"session_id":"{{session}}","events":{{events}},"status":"imported"}"""), (imported.Status, imported.Body));
        Assert.Equal((200, $$"""{"session_id":"{{session}}","events":{{events}},"status":"already_there"}"""), (again.Status, again.Body));
        Assert.Equal(await shared.Http.History(session), await otherHost.Http.History(session));
        Assert.Contains(session.ToString(), await otherHost.Http.GetStringAsync("/conversations"), StringComparison.Ordinal);

        using var chat = await otherHost.Http.Chat(session, "do you remember?");
        var next = JsonDocument.Parse(await chat.Content.ReadAsStringAsync()).RootElement.GetProperty("session_id").GetGuid();
        Assert.NotEqual(session, next);
        Assert.Equal(await shared.Http.History(session), await otherHost.Http.History(session));
        Assert.Equal(2, (await otherHost.Http.History(next)).Count);
    }

    [Fact]
    public async Task Should_give_Markdown_to_read()
    {
        var session = await Talked();

        using var response = await shared.Http.GetAsync($"/conversations/{session}/export?format=markdown");

        Assert.Equal("text/markdown; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal($"session-{session}.md", response.Content.Headers.ContentDisposition?.FileName);
        var text = await response.Content.ReadAsStringAsync();
        Assert.StartsWith("# 你好\n", text, StringComparison.Ordinal);
        Assert.Contains("\n> [demo] You said: 你好\n>\n> I was shown 2 messages.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_what_it_cannot_give()
    {
        var session = await Talked();

        var format = await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/export?format=xml");
        Assert.Equal(400, format.Status);
        Assert.Contains("format must be one of: json, markdown", format.Body, StringComparison.Ordinal);
        foreach (var id in new[] { "nonsense", Some.Id().ToString() })
            Assert.Equal(404, (await shared.Http.Raw(HttpMethod.Get, $"/conversations/{id}/export")).Status);
        await shared.Http.Erase(session);
        Assert.Equal(404, (await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/export")).Status);
    }

    [Fact]
    public async Task Should_refuse_what_it_cannot_take()
    {
        var session = await Talked();
        var file = (await shared.Http.Raw(HttpMethod.Get, $"/conversations/{session}/export")).Body;

        var wrong = await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", file.Replace("\"version\": 3", "\"version\": 4", StringComparison.Ordinal));
        Assert.Equal((422, "application/problem+json"), (wrong.Status, wrong.ContentType.Split(';')[0]));
        Assert.Contains("events[2].version must be 3, not 4", wrong.Body, StringComparison.Ordinal);
        Assert.Contains("\"events[2].version\":[", wrong.Body, StringComparison.Ordinal);

        var another = await (await shared.Host.Admin()).Raw(HttpMethod.Post, "/conversations/import", file.Replace("tester", "toaster", StringComparison.Ordinal));
        Assert.Equal(409, another.Status);
        Assert.Contains("differs at version 2", another.Body, StringComparison.Ordinal);

        await shared.Http.Erase(session);
        var erased = await (await shared.Host.Admin()).Raw(HttpMethod.Post, "/conversations/import", file);
        Assert.Equal(409, erased.Status);
        Assert.Contains("erased", erased.Body, StringComparison.Ordinal);

        Assert.Equal(422, (await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", "")).Status);
        Assert.Equal(415, (await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", [.. "# x"u8], "text/markdown")).Status);
        var large = await (await otherHost.Admin()).Raw(HttpMethod.Post, "/conversations/import", new string(' ', 2 * 1024 * 1024));
        Assert.Equal(413, large.Status);
        Assert.Contains("MAX_BODY_BYTES", large.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(session.ToString(), await otherHost.Http.GetStringAsync("/conversations"), StringComparison.Ordinal);
    }

    private async Task<Guid> Talked()
    {
        var session = await shared.Http.CreateSession();
        using var _ = await shared.Http.Chat(session, "你好");
        await shared.System.After(session, turns: 1);
        return session;
    }
}

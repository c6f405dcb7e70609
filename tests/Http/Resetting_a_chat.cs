using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>POST /v1/chat/reset</c>: contract, T-20 and T-21.</summary>
public sealed class Resetting_a_chat(SharedSystem shared)
{
    private const string OneReset = """{"status":"ok","reset_sessions":1}""";
    private const string NoneReset = """{"status":"ok","reset_sessions":0}""";

    [Fact]
    public async Task Should_close_the_open_session_of_a_chat_once()
    {
        var chat = $"{Some.Id()}";
        await shared.Http.Handle(chat, "before");

        var first = await Reset($$"""{"chat_id": "{{chat}}"}""");
        var second = await Reset($$"""{"chat_id": "{{chat}}"}""");

        Assert.Equal((200, OneReset), (first.Status, first.Body));
        Assert.StartsWith("application/json", first.ContentType, StringComparison.Ordinal);
        Assert.Equal((200, NoneReset), (second.Status, second.Body));
    }

    [Fact]
    public async Task Should_let_the_next_message_begin_afresh()
    {
        var chat = $"{Some.Id()}";
        await shared.Http.Handle(chat, "before");
        await Reset($$"""{"chat_id": "{{chat}}"}""");

        Assert.Contains("I was shown 2 messages", await shared.Http.Handle(chat, "after"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_close_the_session_that_is_named_and_keep_what_was_said()
    {
        var session = await shared.Http.CreateSession();
        using (await shared.Http.Chat(session, "before"))
        {
        }

        var first = await Reset($$"""{"session_id": "{{session}}"}""");
        var second = await Reset($$"""{"session_id": "{{session}}"}""");

        Assert.Equal((200, OneReset), (first.Status, first.Body));
        Assert.Equal((200, NoneReset), (second.Status, second.Body));
        Assert.Equal(2, (await shared.Http.History(session)).Count);
        var events = await shared.System.Log.Read(session);
        Assert.Single(events, (StoredEvent stored) => stored.Data is SessionClosed);
    }

    [Fact]
    public async Task Should_reset_nothing_in_a_chat_that_never_spoke()
    {
        var answer = await Reset($$"""{"chat_id": "{{Some.Id()}}"}""");
        Assert.Equal((200, NoneReset), (answer.Status, answer.Body));
    }

    private Task<RawAnswer> Reset(string body) => shared.Http.Raw(HttpMethod.Post, "/v1/chat/reset", body);
}

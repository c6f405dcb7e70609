using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>POST /v1/chat/handle</c>: contract, T-18 and T-19.</summary>
public sealed class Answering_a_bot(SharedSystem shared)
{
    [Fact]
    public async Task Should_give_the_documented_answer_and_nothing_else()
    {
        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/v1/chat/handle", $$"""{"user_id": "12345", "chat_id": "{{Some.Id()}}", "text": "Привет, расскажи, что ты умеешь?"}""");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        Assert.Equal("""{"text":"[demo] You said: Привет, расскажи, что ты умеешь?\n\nI was shown 2 messages.","type":"message"}""", answer.Body);
    }

    [Fact]
    public async Task Should_say_so_in_words_when_the_model_fails()
    {
        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/v1/chat/handle", $$"""{"user_id": "12345", "chat_id": "{{Some.Id()}}", "text": "demo:fail"}""");

        Assert.Equal(200, answer.Status);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(["text", "type"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("error", body.GetProperty("type").GetString());
        Assert.Matches("[0-9a-f]{32}", body.GetProperty("text").GetString()!);
    }

    [Fact]
    public async Task Should_keep_chats_apart()
    {
        var (one, other) = ($"{Some.Id()}", $"{Some.Id()}");
        await shared.Http.Handle(one, "in one");
        Assert.Contains("I was shown 2 messages", await shared.Http.Handle(other, "in the other"), StringComparison.Ordinal);
        Assert.Contains("I was shown 4 messages", await shared.Http.Handle(one, "in one again"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_overlook_members_it_does_not_know()
    {
        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/v1/chat/handle", $$"""{"locale": {"x": [1]}, "user_id": "1", "chat_id": "{{Some.Id()}}", "text": "hi", "text2": null}""");

        Assert.Equal("""{"text":"[demo] You said: hi\n\nI was shown 2 messages.","type":"message"}""", answer.Body);
    }

    [Fact]
    public async Task Should_take_the_last_of_members_that_come_twice()
    {
        var answer = await shared.Http.Raw(
            HttpMethod.Post, "/v1/chat/handle", $$"""{"user_id": "1", "chat_id": "{{Some.Id()}}", "text": "first", "text": "last"}""");

        Assert.Equal("""{"text":"[demo] You said: last\n\nI was shown 2 messages.","type":"message"}""", answer.Body);
    }
}

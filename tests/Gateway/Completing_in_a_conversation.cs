using System.Net.Http.Json;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>A completion that names a conversation is a turn of it.</summary>
public sealed class Completing_in_a_conversation(GatedSystem shared)
{
    [Fact]
    public async Task Should_remember_what_was_said_and_be_kept_as_any_turn()
    {
        var (system, host, provider) = await shared.Get();
        var name = $"chat of {Some.Id()}";
        var first = Ask(host.Http, new { model = "gated", messages = Said($"A {name}"), metadata = new { conversation_id = name } });
        await (await provider.Call($"A {name}")).Answer("Once.");
        var answered = await first;
        Assert.Equal((200, "Once.", "stop", "chat.completion"), (
            answered.Status, TextOf(answered), answered.Json.GetProperty("choices")[0].GetProperty("finish_reason").GetString(), answered.Text("object")));
        var usage = answered.Json.GetProperty("usage");
        Assert.Equal((GatedCall.InputTokens, GatedCall.OutputTokens), (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32()));

        // The header says the same; what the request has of before is passed over.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Headers = { { "X-Conversation-Id", name } },
            Content = JsonContent.Create(new
            {
                messages = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = "something else" }, new { role = "assistant", content = "?" }, new { role = "user", content = $"B {name}" } },
                temperature = 0.5,
            }),
        };
        var second = host.Http.Answer(request);
        var call = await provider.Call($"B {name}");
        Assert.Equal([("system", "Be brief."), ("user", $"A {name}"), ("assistant", "Once."), ("user", $"B {name}")], call.Prompt);
        Assert.Equal(0.5, call.Temperature);
        await call.Answer("Twice.");
        Assert.Equal("Twice.", TextOf(await second));

        var session = Guid.Parse(answered.Text("session_id"));
        Assert.Equal([$"user: A {name}", "assistant: Once.", $"user: B {name}", "assistant: Twice."], await host.Http.History(session));
        (await system.After(session, turns: 2)).ShouldBeSound();
    }

    [Fact]
    public async Task Should_go_on_in_a_session_of_ones_own()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var question = $"Within a session {session}";
        var answer = Ask(host.Http, new { messages = new[] { new { role = "user", content = new[] { new { type = "text", text = question } } } }, metadata = new { conversation_id = session } });
        await (await provider.Call(question)).Answer("Here.");
        Assert.Equal((session.ToString(), "Here."), ((await answer).Text("session_id"), TextOf(await answer)));
    }

    [Fact]
    public async Task Should_not_find_the_session_of_somebody_else()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        using var other = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        var answer = Ask(other, new { messages = Said($"Is it mine? {session}"), metadata = new { conversation_id = session } });
        await (await provider.Call($"Is it mine? {session}")).Answer("It has the name only.");
        Assert.NotEqual(session.ToString(), (await answer).Text("session_id"));
        Assert.Empty(await host.Http.History(session));
    }

    [Fact]
    public async Task Should_come_in_pieces_and_end_as_a_stream_does()
    {
        var (_, host, provider) = await shared.Get();
        var name = $"stream of {Some.Id()}";
        var body = new { messages = Said($"In pieces {name}"), stream = true, stream_options = new { include_usage = true }, metadata = new { conversation_id = name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(body) };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var pieces = response.Data().GetAsyncEnumerator();
        var call = await provider.Call($"In pieces {name}");
        await call.Say("One ");
        Assert.Equal("", await Next(pieces));
        Assert.Equal("One ", await Next(pieces));
        await call.Answer("and two.");
        var rest = new List<string>();
        while (await pieces.MoveNextAsync())
            rest.Add(pieces.Current);
        Assert.Equal("[DONE]", rest[^1]);
        Assert.Equal("and two.", string.Concat(rest[..^3].Select(ContentOf)));
        using var end = JsonDocument.Parse(rest[^3]);
        using var usage = JsonDocument.Parse(rest[^2]);
        Assert.Equal("stop", end.RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(GatedCall.OutputTokens, usage.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Should_fail_visibly_when_the_turn_fails()
    {
        var (_, host, provider) = await shared.Get();
        var name = $"failure of {Some.Id()}";
        var whole = Ask(host.Http, new { messages = Said($"Fail {name}"), metadata = new { conversation_id = name } });
        await (await provider.Call($"Fail {name}")).Refuse(500);
        Assert.Equal((502, "turn_failed", "server_error"), ((await whole).Status, ErrorOf(await whole).GetProperty("code").GetString(), ErrorOf(await whole).GetProperty("type").GetString()));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(new { messages = Said($"Fail again {name}"), stream = true, metadata = new { conversation_id = name } }) };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reading = Read(response);
        await (await provider.Call($"Fail again {name}")).Refuse(500);
        var (pieces, hasBroken) = await reading;
        Assert.True(hasBroken);
        Assert.Contains("turn_failed", pieces[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", pieces);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}],"metadata":{"conversation_id":"bad"}}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":" "}],"metadata":{"conversation_id":"bad"}}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/x.png"}}]}],"metadata":{"conversation_id":"bad"}}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"n":2,"metadata":{"conversation_id":"bad"}}""", "n")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],"metadata":{"conversation_id":"bad"}}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_object"},"metadata":{"conversation_id":"bad"}}""", "response_format")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"temperature":3,"metadata":{"conversation_id":"bad"}}""", "temperature")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"temperature":"hot","metadata":{"conversation_id":"bad"}}""", "temperature")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"metadata":{"conversation_id":"a\u0007b"}}""", "conversation_id")]
    public async Task Should_refuse_what_a_turn_cannot_be(string body, string field)
    {
        var (_, host, provider) = await shared.Get();
        var before = provider.Calls.Count(call => call.Asked == "x");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, null, "application/json") };
        var answer = await host.Http.Answer(request);
        Assert.Equal((400, field), (answer.Status, ErrorOf(answer).GetProperty("param").GetString()));
        Assert.Equal(before, provider.Calls.Count(call => call.Asked == "x"));
    }

    private static object[] Said(string text) => [new { role = "user", content = text }];

    private static Task<Answered> Ask(HttpClient http, object body) => http.Call("POST", "/v1/chat/completions", body);

    private static string TextOf(Answered answer) => answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static JsonElement ErrorOf(Answered answer) => answer.Json.GetProperty("error");

    private static async Task<string> Next(IAsyncEnumerator<string> pieces) => await pieces.MoveNextAsync() ? ContentOf(pieces.Current) : throw new EndOfStreamException();

    private static string ContentOf(string piece)
    {
        using var json = JsonDocument.Parse(piece);
        return json.RootElement.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()!;
    }

    private static async Task<(List<string> Pieces, bool HasBroken)> Read(HttpResponseMessage response)
    {
        var pieces = new List<string>();
        try
        {
            await foreach (var piece in response.Data())
                pieces.Add(piece);
            return (pieces, false);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            return (pieces, true);
        }
    }
}

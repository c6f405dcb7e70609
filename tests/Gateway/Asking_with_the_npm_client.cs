using System.Text.Json;
using Bus.Tests.Llm;
using Xunit;
using Lines = Bus.Tests.Llm.Wire;

namespace Bus.Tests.Gateway;

/// <summary>OpenAI's client for JavaScript, as it is, before the gateway (E-22).</summary>
public sealed class Asking_with_the_npm_client(GatewaySystem shared)
{
    private const string Whole = """
        {"id":"c-1","object":"chat.completion","created":1700000000,"model":"m-1","timings":{"predicted_ms":1.5},
         "choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[]}]},"finish_reason":"stop"},
          {"index":1,"message":{"role":"assistant","content":"Ho"},"finish_reason":"length"}],
         "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}
        """;

    private static readonly object[] Tools = [new { type = "function", function = new { name = "weather", parameters = new { type = "object" } } }];
    private static readonly object[] Messages = [new { role = "user", content = "Привет 😀" }];

    [Fact]
    public async Task Should_be_answered_with_what_nobody_here_knows_both_ways()
    {
        await using var provider = FakeProvider.Answering(200, Whole);
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));
        object[] parts =
        [
            new { type = "text", text = "What is it?" }, new { type = "image_url", image_url = new { url = "data:image/png;base64,AAAA", detail = "low" } },
            new { type = "input_audio", input_audio = new { data = "AAAA", format = "wav" } },
        ];
        var asked = new { model, messages = (object[])[.. Messages, new { role = "user", content = parts }], n = 2, logprobs = true, max_tokens = 9, min_p = 0.05, seed = 7, response_format = new { type = "json_object" } };

        var answer = (await (await shared.Get()).First.Ask(key, "chat", asked)).GetProperty("answer");

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Whole), answer), $"{answer}");
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(asked), JsonElement.Parse(Assert.Single(provider.Calls).Body)), provider.Calls.Single().Body);
    }

    [Fact]
    public async Task Should_be_answered_by_the_built_in_model()
    {
        var told = await (await shared.Get()).First.Ask(
            await shared.Key(), ("chat", new { model = "demo", messages = Messages }), ("whole", new { model = "demo", messages = Messages, stream = true }));
        Assert.All(told, one => Assert.Contains(
            "You said: Привет 😀", one.GetProperty("answer").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_have_the_usage_of_a_stream_when_it_asks_for_it(bool asks)
    {
        await using var provider = FakeProvider.Streaming(Lines.Piece("Hi"), Lines.Finish("stop"), Lines.Usage, Lines.Done);
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));
        object body = asks ? new { model, messages = Messages, stream_options = new { include_usage = true, include_obfuscation = false } } : new { model, messages = Messages };

        var pieces = (await (await shared.Get()).First.Ask(key, "stream", body)).GetProperty("pieces").EnumerateArray().ToList();

        Assert.Equal(asks ? 3 : 2, pieces.Count);
        Assert.Equal(asks, pieces[^1].TryGetProperty("usage", out var usage) && usage.GetProperty("completion_tokens").GetInt32() == 3);
        var sent = JsonElement.Parse(Assert.Single(provider.Calls).Body).GetProperty("stream_options");
        Assert.Equal((true, asks), (sent.GetProperty("include_usage").GetBoolean(), sent.TryGetProperty("include_obfuscation", out _)));
    }

    [Fact]
    public async Task Should_have_tools_called_and_tell_what_they_said()
    {
        string[] pieces =
        [
            .. new[]
            {
                """{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}""", """{"index":0,"function":{"arguments":"{\"town\":"}}""",
                """{"index":0,"function":{"arguments":"\"Köln\"}"}}""", """{"index":1,"id":"call_b","type":"function","function":{"name":"weather","arguments":"{}"}}""",
            }.Select(call => $$"""data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"tool_calls":[{{call}}]},"finish_reason":null}]}""" + "\n\n"),
            Lines.Finish("tool_calls"), Lines.Done,
        ];
        await using var provider = new FakeProvider(call => call.Stream(pieces), call => call.Answer(200, Whole, "application/json", ""));
        var (host, key, model) = ((await shared.Get()).First, await shared.Key(), await shared.ModelAt(provider));

        var message = (await host.Ask(key, "whole", new { model, messages = Messages, tools = Tools, stream = true })).GetProperty("answer").GetProperty("choices")[0].GetProperty("message");
        var calls = message.GetProperty("tool_calls");
        Assert.Equal(("""{"town":"Köln"}""", "call_b"), (calls[0].GetProperty("function").GetProperty("arguments").GetString(), calls[1].GetProperty("id").GetString()));

        object[] said = [.. Messages, message, new { role = "tool", tool_call_id = "call_a", content = "12 °C" }, new { role = "tool", tool_call_id = "call_b", content = "none" }];
        Assert.True((await host.Ask(key, "chat", new { model, messages = said, tools = Tools })).TryGetProperty("answer", out _));
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(said), JsonElement.Parse(provider.Calls.Last().Body).GetProperty("messages")), provider.Calls.Last().Body);
    }

    [Fact]
    public async Task Should_have_vectors()
    {
        await using var provider = new FakeProvider(call => call.Answer(200, Asking_with_the_OpenAI_client.Vectors(call.Body), "application/json", ""));
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));
        var told = await (await shared.Get()).First.Ask(key, ("embeddings", new { model, input = "one" }), ("embeddings", new { model, input = new[] { "one", "two" }, encoding_format = "float" }));

        Assert.All(told, one => Assert.Equal([0.5, -2], one.GetProperty("answer").GetProperty("data")[1].GetProperty("embedding").EnumerateArray().Select(number => number.GetDouble())));
        Assert.Equal(["base64", "float"], provider.Calls.Select(call => JsonElement.Parse(call.Body).GetProperty("encoding_format").GetString()));
    }

    [Fact]
    public async Task Should_be_told_which_trace_it_was()
    {
        var told = await (await shared.Get()).First.Ask(await shared.Key(), "chat", new { model = shared.Name(), messages = Messages });
        Assert.Matches("^[0-9a-f]{32}$", told.GetProperty("error").GetProperty("requestID").GetString()!);
    }
}

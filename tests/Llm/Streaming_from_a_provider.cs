using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

public class Streaming_from_a_provider
{
    [Fact]
    public async Task Should_join_the_pieces()
    {
        await using var provider = FakeProvider.Saying("It ", "is ", "late.");
        var asked = await Asking.Ask(provider);
        Assert.Equal(new Asked("It is late.", "stop", "m-1", null, null), asked);
    }

    [Fact]
    public async Task Should_ask_for_a_stream_with_usage()
    {
        await using var provider = FakeProvider.Saying("Yes.");
        await Asking.Ask(provider, "Жива? 😀", new ChatOptions { Temperature = 0.5f, MaxOutputTokens = 9 });

        var call = Assert.Single(provider.Calls);
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1\r\n", call.Head, StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {Asking.Key}\r\n", call.Head, StringComparison.Ordinal);
        var expected = """
            {"model":"m-1","messages":[{"role":"user","content":"Жива? 😀"}],"temperature":0.5,"max_tokens":9,
             "stream":true,"stream_options":{"include_usage":true}}
            """;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(call.Body)), call.Body);
    }

    [Fact]
    public async Task Should_use_the_name_for_the_limit_that_OpenAI_wants()
    {
        await using var provider = FakeProvider.Saying("Yes.");
        using var client = Asking.ClientOf(provider, name: "openai");
        await Asking.Ask(client, options: new ChatOptions { MaxOutputTokens = 9 });
        Assert.Contains("\"max_completion_tokens\":9", Assert.Single(provider.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_send_no_key_when_there_is_none()
    {
        await using var provider = FakeProvider.Saying("Yes.");
        using var client = Asking.ClientOf(provider, key: null);
        await Asking.Ask(client);
        Assert.DoesNotContain("authorization", Assert.Single(provider.Calls).Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Should_not_tell_the_provider_our_trace_ids()
    {
        using var activity = new System.Diagnostics.Activity("turn").Start();
        await using var provider = FakeProvider.Saying("Yes.");
        await Asking.Ask(provider);
        Assert.DoesNotContain("traceparent", Assert.Single(provider.Calls).Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Should_survive_half_a_character_in_the_prompt()
    {
        await using var provider = FakeProvider.Saying("Yes.");
        var asked = await Asking.Ask(provider, "cut here \ud83d");
        Assert.Equal("Yes.", asked.Text);
    }

    [Fact]
    public async Task Should_need_no_role()
    {
        await using var provider = FakeProvider.Streaming(
            """data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hi"}}],"created":1,"id":"c1","model":"m-1"}""" + "\n\n",
            Wire.Finish("stop"),
            Wire.Done);
        Assert.Equal("Hi", (await Asking.Ask(provider)).Text);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null}""")]
    [InlineData("""{"role":"","content":null}""")]
    [InlineData("""{"role":null}""")]
    [InlineData("""null""")]
    public async Task Should_survive_a_first_chunk_without_text(string delta)
    {
        await using var provider = FakeProvider.Streaming(
            $$"""data: {"choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""" + "\n\n", Wire.Piece("Hi"), Wire.Finish("stop"), Wire.Done);
        Assert.Equal("Hi", (await Asking.Ask(provider)).Text);
    }

    [Fact]
    public async Task Should_read_usage_from_a_chunk_of_its_own()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Hi"), Wire.Finish("stop"), Wire.Usage, Wire.Done);
        var usage = (await Asking.Ask(provider)).Usage!;
        Assert.Equal((7, 3, 5, 2), (usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
    }

    [Fact]
    public async Task Should_read_usage_from_the_finish_chunk()
    {
        await using var provider = FakeProvider.Streaming(
            Wire.Piece("Hi"),
            """data: {"choices":[{"finish_reason":"length","index":0,"delta":{}}],"usage":{"completion_tokens":3,"prompt_tokens":7.0},"timings":{"a":[1]},"id":"c1"}""" + "\n\n",
            Wire.Done);
        var asked = await Asking.Ask(provider);
        Assert.Equal(("length", 7L, 3L), (asked.FinishReason, asked.Usage!.InputTokenCount, asked.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Should_count_usage_that_grows_with_every_chunk_once()
    {
        await using var provider = FakeProvider.Streaming(
            """data: {"choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":{"prompt_tokens":7,"completion_tokens":1}}""" + "\n\n",
            """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""" + "\n\n",
            Wire.Done);
        Assert.Equal(3, (await Asking.Ask(provider)).Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Should_survive_members_of_other_types_and_unknown_ones()
    {
        await using var provider = FakeProvider.Streaming(
            """data: {"timings":{},"created":"soon","id":5,"model":null,"error":null,"usage":"none","choices":[{"index":"0","logprobs":[],"delta":{"tool_calls":null,"content":"Hi"},"finish_reason":null}]}""" + "\n\n",
            Wire.Finish("insufficient_system_resource"),
            Wire.Done);
        Assert.Equal(new Asked("Hi", "insufficient_system_resource", "m-1", null, null), await Asking.Ask(provider));
    }

    [Fact]
    public async Task Should_survive_comments_other_fields_and_either_line_end()
    {
        await using var provider = FakeProvider.Streaming(
            ": OPENROUTER PROCESSING\n\n", "event: message\r\nid: 1\r\nretry: 5\r\ndata\r\n\r\n", "data:\n\n",
            Wire.Piece("Hi").ReplaceLineEndings("\r\n"), Wire.Finish("stop"), "data:[DONE]\n\n");
        Assert.Equal("Hi", (await Asking.Ask(provider)).Text);
    }

    [Fact]
    public async Task Should_join_the_lines_of_one_event()
    {
        await using var provider = FakeProvider.Streaming(
            "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"Hi\"}}]}\n\n", Wire.Finish("stop"), Wire.Done);
        Assert.Equal("Hi", (await Asking.Ask(provider)).Text);
    }

    [Theory]
    [InlineData("chat.completion")]
    [InlineData("whatever")]
    public async Task Should_take_a_whole_answer_from_a_server_that_does_not_stream(string kind)
    {
        await using var provider = FakeProvider.Answering(
            200,
            $$$"""{"object":"{{{kind}}}","model":"m-2","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""");
        var asked = await Asking.Ask(provider);
        Assert.Equal(("Hi", "stop", "m-2", 3L), (asked.Text, asked.FinishReason, asked.Model, asked.Usage!.OutputTokenCount));
    }
}

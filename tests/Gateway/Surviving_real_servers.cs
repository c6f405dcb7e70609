using System.Text;
using System.Text.Json;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>
/// What servers that speak OpenAI's API were seen to do on the wire, and what a caller of the gateway has of it. The bytes are ours; what is in them was observed with llama.cpp
/// of 2025 (A) and a fork of 2026 (B).
/// </summary>
public sealed class Surviving_real_servers(GatewaySystem shared)
{
    private const string Length = "the request exceeds the available context size, try increasing it";
    private const string Hi = """data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hi"}}],"created":1,"id":"c-1","model":"m","object":"chat.completion.chunk"}""" + "\n\n";
    private const string Finish = """data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1,"id":"c-1","model":"m"}""" + "\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string Measured = """
        "usage":{"completion_tokens":3,"prompt_tokens":420,"total_tokens":423},"timings":{"prompt_ms":1.2,"predicted_n":3}
        """;

    private const string FinishMeasured = """data: {"choices":[{"finish_reason":"length","index":0,"delta":{}}],"created":1,""" + Measured + ""","id":"c-1"}""" + "\n\n";
    private const string Separate = """data: {"choices":[],"created":1,"id":"c-1",""" + Measured + "}\n\n";
    private const string Null = """data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"id":"c-1"}""" + "\n\n";

    /// <summary>Streams: the number of the row, what comes, and what a caller has: the text, the finish reasons, the prompt's tokens (<c>counted</c> when by us), an error, <c>done</c> or <c>cut</c>.</summary>
    [Theory]
    [InlineData("1, 2, 3 A, 16 A", Hi + FinishMeasured + Done, "Hi length 420 done")]
    [InlineData("1, 2 B", Null + Hi + Finish + Done, "Hi stop done")]
    [InlineData("2, 3 B", Null + Hi + Finish + Separate + Done, "Hi stop 420 done")]
    [InlineData("12 A", "error: {\"code\":400,\"message\":\"" + Length + "\",\"type\":\"invalid_request_error\"}\n\n" + Done, "400 context_length_exceeded")]
    [InlineData("13 A", Hi + "error: {\"code\":500,\"message\":\"context shift is disabled\",\"type\":\"server_error\"}\n\n" + Done, "Hi context_length_exceeded cut")]
    [InlineData("13 B", Hi + "data: {\"error\":{\"code\":500,\"message\":\"context_length_exceeded: 420 of 256\",\"type\":\"server_error\"}}\n\n", "Hi context_length_exceeded cut")]
    [InlineData("14 B, at once", "CLOSE", "502 provider_broken")]
    [InlineData("14 B", Hi + "CLOSE", "Hi provider_broken cut")]
    [InlineData("14 B, at its end", Hi + Finish + "CLOSE", "Hi stop done")]
    [InlineData("15 A", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\uFFFD!\"}}]}\n\n" + Finish + Done, "\uFFFD! stop done")]
    [InlineData("15 A, halves of a character", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud83d\"}}]}\n\n" + Finish + Done, "\uFFFD stop done")]
    [InlineData("20 B", Hi + Finish + Done, "Hi stop done", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"")]
    public async Task Should_hold_for_a_stream(string row, string comes, string has, string asks = "\"x\":1")
    {
        foreach (var withUsage in new[] { false, true })
        {
            await using var provider = new FakeProvider(async call =>
            {
                await call.BeginStream();
                await call.Send(comes.Replace("CLOSE", "", StringComparison.Ordinal));
                await (comes.EndsWith("CLOSE", StringComparison.Ordinal) ? call.Close() : call.End());
            });
            var told = await Ask(provider, $"\"stream\":true,{asks}{(withUsage ? ",\"stream_options\":{\"include_usage\":true}" : "")}");

            // Who asked for usage has it, once, also from a server that tells none; who did not, has none but what is in a piece of the answer.
            var expected = has.Contains(" done", StringComparison.Ordinal) && withUsage && !has.Contains(" 420", StringComparison.Ordinal) ? has.Replace(" done", " counted done", StringComparison.Ordinal)
                : !withUsage && comes.Contains(Separate, StringComparison.Ordinal) ? has.Replace(" 420", "", StringComparison.Ordinal) : has;
            Assert.Equal((row, expected), (row, told));
        }
    }

    /// <summary>Answers in one piece, streamed or not, likewise.</summary>
    [Theory]
    [InlineData("3, 4, 10 A", 200, """{"choices":[{"finish_reason":"length","index":0,"message":{"role":"assistant","content":"Hi"}}],"created":1,"model":"m","object":"chat.completion",""" + Measured + ""","id":"c-1"}""", "Hi length 420")]
    [InlineData("6 A", 500, """{"error":{"code":500,"message":"[json.exception.parse_error.101] parse error at line 1","type":"server_error"}}""", "502 provider_unavailable")]
    [InlineData("6 B", 500, """{"error":{"code":500,"message":"Missing 'messages'","type":"server_error"}}""", "502 provider_unavailable", "Connection: close\r\n")]
    [InlineData("11 A", 400, """{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"invalid_request_error"}}""", "400 context_length_exceeded")]
    [InlineData("11, 12 B", 500, """{"error":{"code":500,"message":"the request exceeds the available context size, try increasing it","type":"server_error"}}""", "400 context_length_exceeded", "Connection: close\r\n")]
    [InlineData("15 B", 500, """{"error":{"code":500,"message":"[json.exception.type_error.316] invalid UTF-8 byte at index 3: 0xF0","type":"server_error"}}""", "502 provider_unavailable", "Connection: close\r\n")]
    [InlineData("16 B", 200, """{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Hi"}}],""" + Measured + "}", "Hi stop 420")]
    [InlineData("20 A", 500, """{"error":{"code":500,"message":"Cannot use tools with stream","type":"server_error"}}""", "502 provider_unavailable")]
    [InlineData("20 A, a call", 200, """{"choices":[{"finish_reason":"tool_calls","index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"},"id":""}]}}],""" + Measured + "}", " tool_calls 420")]
    [InlineData("23", 200, """{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Hi"}}],""" + Measured + "}", "Hi stop 420", "Keep-Alive: timeout=5, max=100\r\n")]
    public async Task Should_hold_for_an_answer_in_one_piece(string row, int status, string body, string has, string headers = "")
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.Answer(status, body, "application/json; charset=utf-8", headers);
            if (headers.StartsWith("Connection: close", StringComparison.Ordinal))
                await call.Close();
        });
        Assert.Equal((row, has), (row, await Ask(provider, "\"x\":1")));
        Assert.Equal((row, status == 200 ? $"{has} done" : has), (row, await Ask(provider, "\"stream\":true,\"stream_options\":{\"include_usage\":true}")));
    }

    /// <summary>Row 7: what a server would take for something else is refused where we know better, and passed on where we do not.</summary>
    [Fact]
    public async Task Should_hold_for_members_of_a_wrong_type()
    {
        await using var provider = FakeProvider.Streaming(Hi, Finish, Done);
        Assert.Equal("400", await Ask(provider, "\"max_tokens\":\"many\""));
        Assert.Empty(provider.Calls);
        Assert.Equal("Hi stop done", await Ask(provider, "\"stream\":true,\"temperature\":\"hot\""));
        Assert.Contains("\"temperature\":\"hot\"", Assert.Single(provider.Calls).Body, StringComparison.Ordinal);
    }

    /// <summary>Row 15: bytes that are no UTF-8.</summary>
    [Fact]
    public async Task Should_hold_for_broken_characters()
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send([.. "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a"u8, 0xF0, 0x9F, .. "b\"}}]}\n\n"u8]);
            await call.Send(Finish + Done);
            await call.End();
        });
        Assert.Equal("a\uFFFDb stop done", await Ask(provider, "\"stream\":true"));
    }

    /// <summary>Row 27: a server that closes the connection after each stream without a word. Rows 23 and 29: one that says so before.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_hold_for_connections_that_are_closed(bool silently)
    {
        var answers = 0;
        await using var provider = new FakeProvider(async call =>
        {
            if (silently)
                await call.Stream(Hi, Finish, Done);
            else
                await call.Answer(200, Hi + Finish + Done, "text/event-stream", Interlocked.Increment(ref answers) % 10 == 0 ? "Connection: close\r\n" : "Keep-Alive: timeout=5, max=10\r\n");
            if (silently || answers % 10 == 0)
                await call.Close();
        });
        var (model, key) = (await shared.ModelAt(provider), await shared.Key());
        for (var number = 0; number < 30; number++)
            Assert.Equal("Hi stop done", await Ask(model, key, "\"stream\":true"));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Ask(model, key, "\"stream\":true"))), told => Assert.Equal("Hi stop done", told));
        var (system, _, _) = await shared.Get();
        Assert.Equal(0, await system.Scalar<long>(
            "select count(*) from mt_events s join mt_events r on r.data ->> 'AttemptId' = s.data ->> 'AttemptId' where r.type = 'usage_reserved' and r.data ->> 'Model' = $1 and s.type = 'usage_settled' and s.data ->> 'Outcome' <> 'answered'", model));
    }

    /// <summary>Row 28: header and body one after the other; and a stream in bits that end anywhere.</summary>
    [Fact]
    public async Task Should_hold_for_answers_in_bits()
    {
        var whole = Encoding.UTF8.GetBytes("""{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Grüß"}}],""" + Measured + "}");
        await using var provider = new FakeProvider(
            async call =>
            {
                await call.Raw(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {whole.Length}\r\n\r\n"));
                foreach (var part in whole.Chunk(7))
                    await call.Raw(part);
            },
            async call =>
            {
                await call.BeginStream();
                foreach (var part in Encoding.UTF8.GetBytes(Hi.Replace("Hi", "Grüß", StringComparison.Ordinal) + Finish + Done).Chunk(1))
                    await call.Send(part);
                await call.End();
            });
        Assert.Equal("Grüß stop 420", await Ask(provider, "\"x\":1"));
        Assert.Equal("Grüß stop done", await Ask(provider, "\"stream\":true"));
    }

    private async Task<string> Ask(FakeProvider provider, string asks) => await Ask(await shared.ModelAt(provider), await shared.Key(), asks);

    /// <summary>What a caller has of it, in a line.</summary>
    private async Task<string> Ask(string model, string key, string asks)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"x"}],{{asks}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await (await shared.Get()).First.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var has = new Had();
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            has.Add(JsonElement.Parse(await answer.Content.ReadAsStringAsync()), (int)answer.StatusCode);
            return has.ToString();
        }

        try
        {
            await foreach (var data in answer.Data())
            {
                if (data == "[DONE]")
                    has.End("done");
                else
                    has.Add(JsonElement.Parse(data), 200);
            }
        }
        catch (IOException)
        {
            has.End("cut");
        }
        catch (HttpRequestException)
        {
            has.End("cut");
        }

        return has.ToString();
    }

    private sealed class Had
    {
        private readonly List<string> parts = [];
        private string? text;

        public void Add(JsonElement piece, int status)
        {
            if (piece.TryGetProperty("error", out var error))
            {
                parts.AddRange(((string?[])[status == 200 ? null : $"{status}", error.GetProperty("code").GetString()]).OfType<string>());
                return;
            }

            text ??= "";
            foreach (var choice in piece.GetProperty("choices").EnumerateArray())
            {
                if ((choice.TryGetProperty("delta", out var said) || choice.TryGetProperty("message", out said)) && said.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String)
                    text += Text(content);
                if (choice.TryGetProperty("finish_reason", out var finish) && finish.GetString() is { } reason)
                    parts.Add(reason);
            }

            if (piece.TryGetProperty("usage", out var usage))
                parts.Add(usage.GetProperty("prompt_tokens").GetInt32() is 420 ? "420" : "counted");
        }

        public void End(string how) => parts.Add(how);

        public override string ToString() => string.Join(' ', text is null ? parts : parts.Prepend(text));

        private static string Text(JsonElement content)
        {
            try
            {
                return content.GetString()!;
            }
            catch (InvalidOperationException)
            {
                return "\uFFFD"; // half a character
            }
        }
    }
}

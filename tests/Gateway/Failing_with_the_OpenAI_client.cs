using System.ClientModel;
using System.Text.Json;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using OpenAI.Chat;
using Xunit;
using Lines = Bus.Tests.Llm.Wire;

namespace Bus.Tests.Gateway;

/// <summary>What goes wrong reaches OpenAI's clients as what they know, and a half never as a whole.</summary>
public sealed class Failing_with_the_OpenAI_client(GatewaySystem shared)
{
    /// <summary>What a provider does, and the status, type and code that the clients are told.</summary>
    public static readonly TheoryData<int, string, int, string, string?> Refusals = new()
    {
        { 400, """{"error":{"message":"top_p must be below 1","type":"invalid_request_error","param":"top_p","code":null}}""", 400, "invalid_request_error", null },
        { 422, """{"detail":"Unknown field."}""", 422, "invalid_request_error", null },
        { 400, """{"error":{"message":"This model's maximum context length is 8192 tokens","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", 400, "invalid_request_error", "context_length_exceeded" },
        { 400, """{"error":{"message":"no","code":"content_filter"}}""", 400, "invalid_request_error", "content_filter" },
        { 401, """{"error":{"message":"Incorrect API key provided: sk-planted","code":"invalid_api_key"}}""", 502, "server_error", "provider_key_refused" },
        { 402, "{}", 502, "server_error", "provider_no_credit" },
        { 404, """{"error":{"message":"The model does not exist","code":"model_not_found"}}""", 502, "server_error", "provider_unknown_model" },
        { 500, """{"error":{"code":500,"message":"Only one completion choice is allowed","type":"server_error"}}""", 502, "server_error", "provider_unavailable" },
        { 200, """{"choices":[]}""", 502, "server_error", "provider_broken" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task Should_be_told(int status, string body, int toldStatus, string type, string? code)
    {
        await using var provider = FakeProvider.Answering(status, body);
        var (_, host, _) = await shared.Get();
        var key = await shared.Key();
        var messages = new[] { new { role = "user", content = "Hello" } };

        // Who refuses a key is not asked a second time.
        var whole = await Assert.ThrowsAsync<ClientResultException>(async () => await host.Chat(key, await shared.ModelAt(provider)).CompleteChatAsync("Hello"));
        var streamed = await Assert.ThrowsAsync<ClientResultException>(async () => await Streamed(host.Chat(key, await shared.ModelAt(provider))));
        var npm = await host.Ask(
            key, ("chat", new { model = await shared.ModelAt(provider), messages }), ("stream", new { model = await shared.ModelAt(provider), messages }));

        foreach (var failure in new[] { whole, streamed })
        {
            Assert.Equal(toldStatus, failure.Status);
            var error = JsonElement.Parse(failure.GetRawResponse()!.Content).GetProperty("error");
            Assert.Equal((type, code), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        }

        foreach (var error in npm.Select(told => told.GetProperty("error")))
        {
            Assert.Equal((NameOf(toldStatus), toldStatus, type, code), (Text(error, "name"), error.GetProperty("status").GetInt32(), Text(error, "type"), Text(error, "code")));
        }

        Assert.DoesNotContain("sk-planted", whole.Message + streamed.Message + string.Concat(npm), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_told_when_to_try_again()
    {
        await using var provider = FakeProvider.Answering(429, """{"error":{"message":"slower","code":"rate_limit_exceeded"}}""", headers: "Retry-After: 40\r\n");
        var (_, host, _) = await shared.Get();
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => host.Chat(key, model).CompleteChatAsync("Hello"));
        Assert.True(failure.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var after));
        var error = (await host.Ask(key, "stream", new { model, messages = new[] { new { role = "user", content = "Hello" } } })).GetProperty("error");

        Assert.Equal((429, "RateLimitError", "rate_limit_exceeded"), (failure.Status, Text(error, "name"), Text(error, "code")));
        Assert.All([after!, Text(error, "retryAfter")!], wait => Assert.InRange(int.Parse(wait, System.Globalization.CultureInfo.InvariantCulture), 30, 40));
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task Should_be_told_who_may_not_ask_what()
    {
        var (_, host, _) = await shared.Get();
        var messages = new[] { new { role = "user", content = "Hello" } };
        var (wrong, unknown) = ("sk-bus-nobodys", shared.Name());

        var unauthorized = await Assert.ThrowsAsync<ClientResultException>(() => host.Chat(wrong, "demo").CompleteChatAsync("Hello"));
        var forbidden = await Assert.ThrowsAsync<ClientResultException>(async () => await host.Chat(await shared.Key("demo", "other"), "another").CompleteChatAsync("Hello"));
        var missing = await Assert.ThrowsAsync<ClientResultException>(async () => await host.Chat(await shared.Key(), unknown).CompleteChatAsync("Hello"));
        Assert.Equal((401, 403, 404), (unauthorized.Status, forbidden.Status, missing.Status));
        Assert.Contains("demo, other", forbidden.Message, StringComparison.Ordinal);

        Assert.Equal("AuthenticationError invalid_api_key", await Npm(wrong, "demo"));
        Assert.Equal("PermissionDeniedError model_not_allowed", await Npm(await shared.Key("demo"), "another"));
        Assert.Equal("NotFoundError model_not_found", await Npm(await shared.Key(), unknown));

        async Task<string> Npm(string key, string model)
        {
            var error = (await host.Ask(key, "chat", new { model, messages })).GetProperty("error");
            return $"{Text(error, "name")} {Text(error, "code")}";
        }
    }

    [Fact]
    public async Task Should_be_told_of_what_is_wrong_with_the_request()
    {
        var (_, host, _) = await shared.Get();
        var told = await host.Ask(
            await shared.Key(),
            ("chat", new { model = "demo" }), ("chat", new { model = "demo", messages = "Hello" }), ("chat", new { model = "demo", messages = Array.Empty<object>() }),
            ("chat", new { model = "demo", messages = new[] { new { role = "user", content = "x" } }, max_tokens = "many" }),
            ("chat", new { model = "demo", messages = new[] { new { role = "user", content = "x" } }, n = 129 }), ("embeddings", new { model = "demo" }));

        Assert.Equal(
            ["messages", "messages", "messages", "max_tokens", "n", "input"],
            told.Select(one => one.GetProperty("error")).Select(error => Text(error, "name") == "BadRequestError" ? Text(error, "param") : $"{error}"));
    }

    public static readonly TheoryData<string> Breaks = ["closed", "reset", "ended", "error", "named error", "garbage", "silence"];

    [Theory, MemberData(nameof(Breaks))]
    public async Task Should_never_take_a_half_for_a_whole(string how)
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Lines.Piece("Half"));
            await (how switch
            {
                "closed" => call.Close(),
                "reset" => call.Reset(),
                "error" => call.Send("data: {\"error\":{\"code\":500,\"message\":\"out of memory\",\"type\":\"server_error\"}}\n\n"),
                "named error" => call.Send("error: {\"code\":500,\"message\":\"context shift is disabled\"}\n\ndata: [DONE]\n\n"),
                "garbage" => call.Send("data: {\"choices\":[{\"delta\"\n\n"),
                "silence" => call.ClientGone(),
                _ => Task.CompletedTask,
            });
            if (how is not ("closed" or "reset" or "silence"))
                await call.End();
            if (how == "silence")
                await call.Close();
        });
        await using var impatient = how == "silence" ? await Impatient() : null;
        var host = impatient ?? (await shared.Get()).First;
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));

        var failure = await Record.ExceptionAsync(() => Streamed(host.Chat(key, model)));
        var npm = await host.Ask(
            key, ("stream", new { model, messages = new[] { new { role = "user", content = "Hello" } } }), ("whole", new { model, messages = new[] { new { role = "user", content = "Hello" } } }));

        Assert.NotNull(failure);
        Assert.All(npm, told => Assert.True(told.TryGetProperty("error", out _) && !told.TryGetProperty("answer", out _), $"{told}"));
    }

    [Fact]
    public async Task Should_be_heard_when_they_leave()
    {
        var gone = new System.Collections.Concurrent.ConcurrentQueue<bool>();
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Lines.Piece("Half"));
            await call.ClientGone();
            gone.Enqueue(true);
            await call.Close();
        });
        var (system, host, _) = await shared.Get();
        var (key, model) = (await shared.Key(), await shared.ModelAt(provider));

        await foreach (var update in host.Chat(key, model).CompleteChatStreamingAsync("Hello"))
        {
            if (update.ContentUpdate.Count > 0)
                break;
        }

        await Eventually.Get(() => Task.FromResult(gone.Count), count => count == 1);
        Assert.True((await host.Ask(key, "stream", new { model, messages = new[] { new { role = "user", content = "Hello" } }, leaveAfter = 1 })).TryGetProperty("pieces", out _));
        await Eventually.Get(() => Task.FromResult(gone.Count), count => count == 2);
        await Eventually.Get(
            () => system.Scalar<long>("select count(*) from mt_events s join mt_events r on r.data ->> 'AttemptId' = s.data ->> 'AttemptId' and r.type = 'usage_reserved' where s.type = 'usage_settled' and s.data ->> 'Outcome' = 'cancelled' and s.data ->> 'Basis' = 'aborted' and r.data ->> 'Model' = $1", model),
            count => count == 2);
    }

    private static async Task<string> Streamed(ChatClient client)
    {
        var text = "";
        await foreach (var update in client.CompleteChatStreamingAsync("Hello"))
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        return text;
    }

    private static string? Text(JsonElement error, string member) => error.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static string NameOf(int status) => status switch
    {
        400 => "BadRequestError",
        422 => "UnprocessableEntityError",
        _ => "InternalServerError",
    };

    /// <summary>A process that gives up a provider that says nothing for a second.</summary>
    private async Task<HostProcess> Impatient() => await HostProcess.Start(new Dictionary<string, string?>((await shared.Get()).System.Environment) { ["LLM_PIECE_SECONDS"] = "1" }, "ingress");
}

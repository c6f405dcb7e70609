using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Accounts;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Xunit;
using Lines = Bus.Tests.Llm.Wire;

namespace Bus.Tests.Gateway;

/// <summary>
/// Keys are planted wherever there are any, calls are made that succeed and that fail in every way, with a provider that repeats the key wherever it can, and then all that
/// came of it is searched.
/// </summary>
public sealed class Keeping_keys_secret_in_calls
{
    private const string Planted = "PLANTED";
    private const string Jwt = $"{Planted}-jwt-0123456789-0123456789-abcd";

    private static readonly string MasterKey = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Planted}-master-key-0123456789-ab"));

    /// <summary>What the provider does, which is where it is asked: the key that it got is in all of it.</summary>
    private static readonly Dictionary<string, Func<FakeCall, string, Task>> Ways = new()
    {
        ["good"] = (call, _) => Say(call, "Hi", "c-1", ""),
        ["repeats"] = (call, key) => Say(call, $"You sent {key}, yes {key}.", key, $"\"sent\":{{\"authorization\":\"Bearer {key}\"}},"),
        ["says-400"] = (call, key) => Refuse(call, 400, key),
        ["says-401"] = (call, key) => Refuse(call, 401, key),
        ["says-402"] = (call, key) => Refuse(call, 402, key),
        ["says-404"] = (call, key) => Refuse(call, 404, key),
        ["says-413"] = (call, key) => call.Answer(413, key, "text/plain", ""),
        ["says-429"] = (call, key) => Refuse(call, 429, key),
        ["says-500"] = (call, key) => Refuse(call, 500, key),
        ["says-200"] = (call, key) => Refuse(call, 200, key),
        ["too-long"] = (call, key) => call.Answer(400, $$$"""{"error":{"code":"context_length_exceeded","message":"{{{key}}}","param":"{{{key}}}"}}""", "application/json", ""),
        ["page"] = (call, key) => call.Answer(200, $"<html>{key}</html>", "text/html", ""),
        ["moves"] = (call, key) => call.Answer(302, "", "text/plain", $"Location: http://127.0.0.1:1/{key}\r\nX-Echo: {key}\r\n"),
        ["garbage"] = (call, key) => call.Answer(200, $"data: {{\"choices\":[{{\"delta\":{key}\n\n", "text/event-stream", ""),
        ["no-http"] = async (call, key) =>
        {
            await call.Raw(Encoding.ASCII.GetBytes($"HTTP/9.9 {key}\r\n{key}\r\n\r\n"));
            await call.Close();
        },
        ["breaks"] = (call, key) => Broken(call, $"data: {{\"error\":{{\"message\":\"{key}\",\"code\":\"{key}\",\"type\":\"{key}\"}}}}\n\n"),
        ["breaks-too"] = (call, key) => Broken(call, $"error: {key}\n\n"),
        ["ends"] = (call, key) => Broken(call, $": {key}\n\n"),
    };

    [Fact]
    public async Task Should_hold_whatever_a_provider_does()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var provider = new FakeProvider(Answer);
        var address = $"http://{provider.BaseUrl.Authority}";
        await using var system = await TestSystem.Create(new Dictionary<string, string?>
        {
            ["LOG_LEVEL"] = "trace",
            ["JWT_SECRET"] = Jwt,
            ["BUS_MASTER_KEYS"] = $"first:{MasterKey}",
            ["BUS_USER_MODEL_NETWORKS"] = "127.0.0.0/8",
            ["LLM_ATTEMPTS"] = "2",
            ["OPENAI_API_KEY"] = Key("environment"),
            ["OPENAI_BASE_URL"] = $"{address}/repeats/v1",
            ["DEEPSEEK_API_KEY"] = Key("environment-too"),
            ["DEEPSEEK_BASE_URL"] = $"{address}/says-401/v1",
        });
        var host = await system.AddProcess(settings: collector.Settings("bus"));
        var other = await system.AddProcess("ingress", collector.Settings("bus"));
        await using var broker = await Eavesdropper.Start(system);
        var admin = await TestAccount.Create(system.Database, AccountRoles.Admin);
        var user = await TestAccount.Create(system.Database, AccountRoles.User);
        var answers = new ConcurrentQueue<string>();
        var issued = (await Send("POST", "/api/keys", new { name = "bot", scopes = new[] { "chat", "conversations.read" } }, user.Token, isKept: false)).GetProperty("key").GetString()!;

        var models = new List<string?> { "openai", "deepseek" };
        var id = "";
        foreach (var (way, auth) in Ways.Keys.Select((way, number) => (way, new[] { "api_key", "x_api_key", "azure" }[number % 3])))
        {
            var body = new { name = way, model_id = way, provider = $"fake-{way}", base_url = $"{address}/{way}/v1", auth_type = auth, key_usage_mode = "failover", api_keys = new[] { new { key = Key($"{way}-1") }, new { key = Key($"{way}-2") } }, usage_url = way == "breaks" ? $"{address}/no-http/{{id}}" : null };
            id = (await Send("POST", "/api/v1/llm-models", body, admin.Token)).GetProperty("id").GetString()!;
            models.Add(way);
        }

        await Send("PUT", $"/api/v1/llm-models/{id}", new { api_keys = new[] { new { key = Key("later") } } }, admin.Token);
        await Send("POST", "/api/config", new { custom_api_url = $"{address}/repeats/v1", custom_model = "mine", custom_api_key = Key("own"), model_type = "custom" }, user.Token);
        models.Add(null); // one's own

        // Completions, vectors and turns.
        var messages = new[] { new { role = "user", content = "Hello" } };
        foreach (var model in models)
        {
            await Send("POST", "/v1/chat/completions", new { model, messages }, issued);
            await Send("POST", "/v1/chat/completions", new { model, messages, stream = true }, issued, client: other);
            await Send("POST", "/v1/embeddings", new { model, input = "Hello" }, issued);
            await Send("PUT", "/api/v1/llm-routes/default", new { targets = new[] { new { model = model is null or "openai" or "deepseek" ? "good" : model } } }, admin.Token);
            await Send("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "Hello, too" }, admin.Key);
        }

        await Send("POST", "/v1/chat/completions", new { model = "good", messages }, Planted + "-no-key");
        var session = (await Send("POST", "/conversations", null, user.Token)).GetProperty("session_id").GetString()!;
        await Send("POST", "/chat", new { user_id = "u", session_id = session, message = "Hello" }, user.Token);
        foreach (var row in AccessMatrix.Rows.Where(row => row.Method == "GET"))
        {
            var path = row.Path.Replace("{session_id}", session, StringComparison.Ordinal)
                .Replace("{id}", row.Path.StartsWith("/api/users", StringComparison.Ordinal) ? $"{user.Id}" : id, StringComparison.Ordinal).Replace("{replay_id}", $"{Guid.Empty}", StringComparison.Ordinal);
            await Send("GET", path, null, admin.Token);
        }

        await Send("GET", "/api/config", null, user.Token);
        await Send("GET", "/api/keys", null, user.Token);
        await Eventually.Get(() => system.Scalar<long>("select count(*) from llm_open"), count => count == 0);
        await Eventually.Get(() => Task.FromResult(provider.Calls.Any(call => call.Head.StartsWith("GET ", StringComparison.Ordinal))), isAsked => isAsked);
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Source == "Bus.Llm")), there => there);

        string[] secrets = [Planted, issued, MasterKey, Convert.ToHexString(Encoding.ASCII.GetBytes(Planted))];
        Assert.All(secrets, secret => Assert.All(answers, answer => Assert.DoesNotContain(secret, answer, StringComparison.OrdinalIgnoreCase)));
        Assert.All(secrets, secret => Assert.All($"{host.Output}\n{other.Output}".Split('\n'), line => Assert.DoesNotContain(secret, line, StringComparison.OrdinalIgnoreCase)));
        Assert.All(secrets, secret => Assert.All(collector.Bodies, body => Assert.DoesNotContain(secret, body, StringComparison.OrdinalIgnoreCase)));
        Assert.All(secrets, secret => Assert.All(broker.Messages, message => Assert.DoesNotContain(secret, message, StringComparison.OrdinalIgnoreCase)));
        var tables = (await system.Scalar<string>("select string_agg(format('%I.%I', schemaname, tablename), ' ') from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")).Split(' ');
        foreach (var (table, secret) in tables.SelectMany(table => secrets, (table, secret) => (table, secret)))
            Assert.Equal((table, 0), (table, await system.Scalar<long>($"select count(*) from {table} t where t::text ilike '%{secret}%'")));

        // All of it has been there to be found.
        Assert.Contains(answers, answer => answer.Contains("sk-…", StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.Contains("You sent …, yes ….", StringComparison.Ordinal));
        Assert.Equal(Ways.Keys.Order(), provider.Calls.Select(Way).Distinct().Order());
        Assert.All(provider.Calls, call => Assert.Contains(Planted, call.Head, StringComparison.Ordinal));
        Assert.True(broker.Messages.Count > models.Count && !collector.Bodies.IsEmpty);
        Assert.Contains(" trce: ", host.Output, StringComparison.Ordinal);

        async Task<JsonElement> Send(string method, string path, object? body, string token, bool isKept = true, HostProcess? client = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Authorization = new("Bearer", token);
            request.Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body);
            var text = "";
            try
            {
                using var response = await (client ?? host).Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                text = $"{method} {path} {(int)response.StatusCode}\n{response.Headers}{response.Content.Headers}\n";
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
                while (await reader.ReadLineAsync() is { } line)
                    text += line + "\n";
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException)
            {
                text += failure;
            }

            if (isKept)
                answers.Enqueue(text);
            var json = text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
            return json.StartsWith('{') ? JsonElement.Parse(json) : default;
        }
    }

    private static string Key(string what) => $"sk-{Planted}-{what}-0123456789abcdef";

    private static string Way(FakeCall call) => call.Head.Split(' ')[1].Split('/')[1];

    private static Task Answer(FakeCall call)
    {
        var key = call.Head.Split("\r\n").Select(line => line.Split(": ", 2)).First(header => header[0].ToLowerInvariant() is "authorization" or "x-api-key" or "api-key")[1];
        return Ways[Way(call)](call, key.Replace("Bearer ", "", StringComparison.Ordinal));
    }

    private static Task Say(FakeCall call, string text, string id, string besides)
    {
        if (call.Head.Contains("/embeddings", StringComparison.Ordinal))
            return call.Answer(200, $$$"""{{{{besides}}}"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]}],"model":"{{{id}}}","usage":{"prompt_tokens":1}}""", "application/json", "");
        if (!call.Body.Contains("\"stream\":true", StringComparison.Ordinal))
            return call.Answer(200, $$$"""{{{{besides}}}"id":"{{{id}}}","model":"{{{id}}}","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}]}""", "application/json", "");
        return call.Stream(
            $$$"""data: {{{{besides}}}"id":"{{{id}}}","model":"{{{id}}}","choices":[{"index":0,"delta":{"content":"{{{text}}}"}}]}""" + "\n\n",
            $$$"""data: {"id":"{{{id}}}","choices":[{"index":0,"delta":{},"finish_reason":"{{{id}}}"}]}""" + "\n\n", Lines.Usage, Lines.Done);
    }

    private static Task Refuse(FakeCall call, int status, string key) => call.Answer(
        status, $$$"""{"error":{"message":"Incorrect API key provided: {{{key}}} (Bearer {{{key}}})","type":"{{{key}}}","param":"{{{key}}}","code":"{{{key}}}"},"key":"{{{key}}}"}""", "application/json", $"X-Echo: {key}\r\n");

    private static async Task Broken(FakeCall call, string end)
    {
        await call.BeginStream();
        await call.Send(Lines.Piece("Half"));
        await call.Send(end);
        await call.End();
    }
}

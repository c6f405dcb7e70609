using System.Text.Json;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class A_model_that_is_wrong(GatewaySystem shared)
{
    private static readonly string[] NoText = ["1", "true", "[]", "{}", "\"\"", "\" \"", "\"a\\u0000b\"", "\"a\\nb\"", "\"\\ud800\"", $"\"{new string('x', 201)}\""];
    private static readonly string[] NoNumber = ["0", "-1", "1.5", "1e400", "\"5\"", "true", "[]", "{}", "99999999999999999999"];
    private static readonly string[] NoAmount = ["-0.01", "1e400", "1000001", "\"5\"", "true", "[]", "null"];
    private static readonly string[] NoFlag = ["1", "\"true\"", "[]", "{}"];

    /// <summary>The field that is named, and what it may not be, as JSON.</summary>
    private static readonly (string Field, string[] Values)[] Members =
    [
        ("name", [.. NoText, "null"]), ("model_id", [.. NoText, "null"]), ("type", NoText), ("status", [.. NoText, "\"on\"", "\"Enabled\""]),
        ("provider", [.. NoText, "null", "\"a:b\"", "\"a/b\"", "\"demo\"", "\"Demo\""]),
        ("description", ["1", "[]", "\"a\\u0000b\"", $"\"{new string('x', 2001)}\""]),
        ("base_url", [.. NoText, "null", "\"api.openai.com\"", "\"ftp://x\"", "\"file:///etc/passwd\"", "\"https://u:p@x/v1\"", "\"https://x/v1?key=1\"", "\"https://x/#a\"", "\"http://\""]),
        ("auth_type", ["\"basic\"", "1", "[]"]), ("key_usage_mode", ["\"random\"", "1", "[]"]),
        ("supports_vision", NoFlag), ("allows_other_models", NoFlag),
        ("max_tokens", [.. NoNumber, "1000001"]), ("context_window", [.. NoNumber, "100000001"]), ("rpm", [.. NoNumber, "1000000001"]), ("tpm", NoNumber),
        ("usage_url", ["1", "\"\"", "\"https://api.openai.com/v1/usage\"", "\"https://elsewhere.example/{id}\"", "\"http://api.openai.com/{id}\"", "\"https://u:p@api.openai.com/{id}\"", "\"/{id}\""]),
        ("api_keys", ["1", "\"sk-x\"", "{}", $"[{string.Join(',', Enumerable.Repeat("{}", 101))}]"]),
        ("prices", ["1", "{}", "\"1\""]), ("owner", ["null"]), ("position", ["1"]), ("API_KEYS", ["[]"]),
    ];

    /// <summary>The same for parts of members.</summary>
    private static readonly (string Field, string Body)[] Parts =
    [
        ("api_keys[0]", """{"api_keys":[1]}"""), ("api_keys[0]", """{"api_keys":["sk-x"]}"""), ("api_keys[0]", """{"api_keys":[null]}"""),
        ("api_keys[0].key", """{"api_keys":[{}]}"""), ("api_keys[1].key", """{"api_keys":[{"key":"sk-a"},{"key":null}]}"""),
        ("api_keys[0].key", """{"api_keys":[{"key":""}]}"""), ("api_keys[0].key", """{"api_keys":[{"key":"with space"}]}"""), ("api_keys[0].key", """{"api_keys":[{"key":"sk-…irst"}]}"""),
        ("api_keys[0].key", """{"api_keys":[{"key":"ключ"}]}"""), ("api_keys[0].key", """{"api_keys":[{"key":7}]}"""), ("api_keys[0].key", $$"""{"api_keys":[{"key":"{{new string('k', 4097)}}"}]}"""),
        ("api_keys[0].id", """{"api_keys":[{"id":"x","key":"sk-a"}]}"""), ("api_keys[0].id", """{"api_keys":[{"id":"01890000-0000-7000-8000-000000000000"}]}"""),
        ("api_keys[0].id", """{"api_keys":[{"id":7,"key":"sk-a"}]}"""), ("api_keys[0].status", """{"api_keys":[{"key":"sk-a","status":"inactive"}]}"""),
        ("api_keys[0].weight", """{"api_keys":[{"key":"sk-a","weight":0}]}"""), ("api_keys[0].weight", """{"api_keys":[{"key":"sk-a","weight":1001}]}"""),
        ("api_keys[0].rpm", """{"api_keys":[{"key":"sk-a","rpm":-1}]}"""), ("api_keys[0].secret", """{"api_keys":[{"key":"sk-a","secret":1}]}"""),
        ("prices[0].input", """{"prices":[{"output":1}]}"""), ("prices[0].output", """{"prices":[{"input":1}]}"""), ("prices[0].usd", """{"prices":[{"input":1,"output":1,"usd":1}]}"""),
        ("prices[0].rate", """{"prices":[{"input":1,"output":1,"currency":"CNY"}]}"""), ("prices[0].rate", """{"prices":[{"input":1,"output":1,"currency":"CNY","rate":0}]}"""),
        ("prices[0].rate", """{"prices":[{"input":1,"output":1,"currency":"USD","rate":2}]}"""), ("prices[0].currency", """{"prices":[{"input":1,"output":1,"currency":"usd"}]}"""),
        ("prices[0].currency", """{"prices":[{"input":1,"output":1,"currency":7}]}"""), ("prices[0].from", """{"prices":[{"input":1,"output":1,"from":"yesterday"}]}"""),
        ("prices[0].from", """{"prices":[{"input":1,"output":1,"from":"2026-01-01T00:00:00"}]}"""), ("prices[0].from", """{"prices":[{"input":1,"output":1,"from":7}]}"""),
        ("prices[1].from", """{"prices":[{"input":1,"output":1,"from":"2026-01-01T00:00:00Z"},{"input":2,"output":1,"from":"2026-01-01T01:00:00+01:00"}]}"""),
        .. NoAmount.Select(value => ("prices[0].input", $$"""{"prices":[{"input":{{value}},"output":1}]}""")),
        .. NoAmount.Where(value => value != "null").Select(value => ("prices[0].cached_input", $$"""{"prices":[{"input":1,"output":1,"cached_input":{{value}}}]}""")),
        ("output_price", """{"input_price":1}"""), ("input_price", """{"output_price":1}"""), ("input_price", """{"input_price":-1,"output_price":1}"""),
        ("currency", """{"input_price":1,"output_price":1,"currency":"EUR"}"""), ("currency", """{"input_price":1,"output_price":1,"currency":"euro"}"""),
        ("input_price", """{"input_price":1,"output_price":1,"prices":[]}"""),
    ];

    public static readonly TheoryData<string, string> Cases =
        new(Members.SelectMany(member => member.Values.Select(value => (member.Field, $$"""{"{{member.Field}}":{{value}}}"""))).Concat(Parts));

    [Theory, MemberData(nameof(Cases))]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string field, string body)
    {
        var (system, _, _) = await shared.Get();
        var admin = await shared.Admin();
        var changes = JsonDocument.Parse(body).RootElement.EnumerateObject().Select(member => (member.Name, (object?)member.Value)).ToArray();
        var count = await Count(system);
        // What was written is sent as it is: half a character would not survive being read.
        var made = shared.Body([("provider", "wrong"), .. changes]).Select(member => $"\"{member.Key}\":{(member.Value is JsonElement given ? given.GetRawText() : JsonSerializer.Serialize(member.Value))}");
        Refusal.Check(await admin.Raw(HttpMethod.Post, "/api/v1/llm-models", $"{{{string.Join(',', made)}}}"), 400, field);

        var there = await shared.Add(("provider", "wrong"), ("api_keys", null));
        Refusal.Check(await admin.Raw(HttpMethod.Put, $"/api/v1/llm-models/{there.Text("id")}", body), 400, field);
        Assert.Equal(count + 1, await Count(system));
        Assert.Equal(there.Json.GetRawText(), (await admin.Call("GET", $"/api/v1/llm-models/{there.Text("id")}")).Json.GetRawText());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("model_id")]
    [InlineData("provider")]
    [InlineData("base_url")]
    public async Task Should_be_refused_with_the_name_of_what_is_missing(string field)
    {
        var body = shared.Body();
        body.Remove(field);
        Refusal.Check(await (await shared.Admin()).Raw(HttpMethod.Post, "/api/v1/llm-models", JsonSerializer.Serialize(body)), 400, field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{\"name\":\"a\",}")]
    public async Task Should_be_refused_when_it_is_no_object(string body)
    {
        var admin = await shared.Admin();
        Refusal.Check(await admin.Raw(HttpMethod.Post, "/api/v1/llm-models", body), 400, null);
        Refusal.Check(await admin.Raw(HttpMethod.Put, $"/api/v1/llm-models/{(await shared.Add()).Text("id")}", body), 400, null);
    }

    [Fact]
    public async Task Should_count_as_the_last_of_a_member_that_comes_twice()
    {
        var id = (await shared.Add()).Text("id");
        var answer = await (await shared.Admin()).Raw(HttpMethod.Put, $"/api/v1/llm-models/{id}", """{"name":"one","name":"two"}""");
        Assert.Contains("\"name\":\"two\"", answer.Body, StringComparison.Ordinal);
    }

    /// <summary>Tests of one class run one after the other, and those of others use other providers.</summary>
    private static Task<long> Count(TestSystem system) => system.Scalar<long>("select count(*) from llm_models where provider = 'wrong'");
}

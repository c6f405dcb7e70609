using System.Net.Http.Json;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary><c>/api/v1/llm-models</c>: contract, L-05 to L-16 and L-20 to L-26.</summary>
public sealed class Looking_after_models(GatewaySystem shared)
{
    [Fact]
    public async Task Should_add_what_the_contract_sends()
    {
        var admin = await shared.Admin();
        using var answer = await admin.PostAsJsonAsync("/api/v1/llm-models", shared.Body());
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equal($"/api/v1/llm-models/{made.GetProperty("id").GetGuid()}", $"{answer.Headers.Location}");
        Assert.Equal(
            ("GPT-4 Turbo", "openai", "生文", "最新的 GPT-4 模型", "enabled", "https://api.openai.com/v1", "api_key", "single"),
            (Text(made, "name"), Text(made, "provider"), Text(made, "type"), Text(made, "description"), Text(made, "status"), Text(made, "base_url"), Text(made, "auth_type"), Text(made, "key_usage_mode")));
        Assert.Equal((true, 4096, 128000), (made.GetProperty("supports_vision").GetBoolean(), made.GetProperty("max_tokens").GetInt32(), made.GetProperty("context_window").GetInt32()));
        var key = Assert.Single(made.GetProperty("api_keys").EnumerateArray());
        Assert.Equal(("sk-…irst", "enabled", 1, "ok"), (Text(key, "key"), Text(key, "status"), key.GetProperty("weight").GetInt32(), Text(key, "state")));

        var shown = await admin.Call("GET", $"/api/v1/llm-models/{Text(made, "id")}");
        Assert.Equal(made.GetRawText(), shown.Json.GetRawText());
    }

    [Fact]
    public async Task Should_need_no_more_than_who_where_and_what()
    {
        var made = await shared.Add(("type", null), ("description", null), ("auth_type", null), ("key_usage_mode", null), ("api_keys", null), ("supports_vision", null), ("max_tokens", null), ("context_window", null));
        Assert.Equal(("生文", "", "enabled", "api_key", "single"), (made.Text("type"), made.Text("description"), made.Text("status"), made.Text("auth_type"), made.Text("key_usage_mode")));
        Assert.Equal(JsonValueKind.Null, made.Json.GetProperty("max_tokens").ValueKind);
    }

    [Theory]
    [InlineData("auth_type", "bearer", "api_key")]
    [InlineData("auth_type", "azure", "azure")]
    [InlineData("key_usage_mode", "轮询", "round_robin")]
    [InlineData("key_usage_mode", "rotation", "round_robin")]
    [InlineData("key_usage_mode", "polling", "round_robin")]
    [InlineData("key_usage_mode", "round-robin", "round_robin")]
    [InlineData("key_usage_mode", "单个", "single")]
    [InlineData("key_usage_mode", "failover", "failover")]
    [InlineData("status", "inactive", "inactive")]
    [InlineData("base_url", "https://llm.example/v1/chat/completions", "https://llm.example/v1")]
    [InlineData("base_url", "https://llm.example", "https://llm.example/v1")]
    [InlineData("usage_url", "https://api.openai.com/v1/generation?id={id}", "https://api.openai.com/v1/generation?id={id}")]
    public async Task Should_understand_what_people_write(string field, string written, string kept) =>
        Assert.Equal(kept, (await shared.Add((field, written))).Text(field));

    [Fact]
    public async Task Should_list_what_is_asked_for()
    {
        var provider = $"p{Some.Id():N}";
        var one = (await shared.Add(("provider", provider))).Text("id");
        var two = (await shared.Add(("provider", provider), ("type", "向量"), ("status", "disabled"))).Text("id");

        Assert.Equal([one, two], await Ids($"?provider={provider}"));
        Assert.Equal([one, two], await Ids($"?provider={provider.ToUpperInvariant()}&type=&status="));
        Assert.Equal([one], await Ids($"?provider={provider}&type=生文&status=enabled"));
        Assert.Equal([two], await Ids($"?provider={provider}&type={Uri.EscapeDataString("向量")}"));
        Assert.Equal([], await Ids($"?provider={provider}&type=生文&status=disabled"));
        Assert.Equal(400, (await (await shared.Admin()).Call("GET", "/api/v1/llm-models?status=on")).Status);
    }

    [Fact]
    public async Task Should_change_what_is_sent_and_nothing_else()
    {
        var admin = await shared.Admin();
        var before = await shared.Add(("rpm", 60), ("tpm", 1000));
        var path = $"/api/v1/llm-models/{before.Text("id")}";

        var after = await admin.Call("PUT", path, new { name = "Renamed", rpm = (int?)null, allows_other_models = true });
        Assert.Equal((200, "Renamed", JsonValueKind.Null, 1000, true), (after.Status, after.Text("name"), after.Json.GetProperty("rpm").ValueKind, after.Json.GetProperty("tpm").GetInt32(), after.Json.GetProperty("allows_other_models").GetBoolean()));
        foreach (var same in new[] { "model_id", "provider", "type", "description", "base_url", "api_keys", "max_tokens", "created_at" })
            Assert.Equal(before.Json.GetProperty(same).GetRawText(), after.Json.GetProperty(same).GetRawText());
        Assert.True(after.Json.GetProperty("updated_at").GetDateTimeOffset() > before.Json.GetProperty("updated_at").GetDateTimeOffset());

        // An answer that is sent back changes nothing, its keys among it.
        var back = await admin.Call("PUT", path, after.Json);
        Assert.Equal(after.Json.GetRawText(), back.Json.GetRawText());
        Assert.Equal(2, (await Audit(before.Text("id"))).Count);
    }

    [Fact]
    public async Task Should_remove_a_model()
    {
        var admin = await shared.Admin();
        var id = (await shared.Add()).Text("id");
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/v1/llm-models/{id}")).Status);
        foreach (var method in new[] { "GET", "PUT", "DELETE" })
            Assert.Equal(404, (await admin.Call(method, $"/api/v1/llm-models/{id}", method == "PUT" ? new { name = "x" } : null)).Status);
        Assert.Equal(404, (await admin.Call("GET", "/api/v1/llm-models/gpt-4")).Status);
    }

    [Fact]
    public async Task Should_hold_in_all_processes_at_once()
    {
        var (system, first, second) = await shared.Get();
        var account = await TestAccount.Create(system.Database, AccountRoles.User);
        var name = shared.Name();
        var made = await shared.Add(("model_id", name));
        Assert.Contains(name, await Choices(first, account)); // at once where it was changed
        await Eventually.Get(() => Choices(second, account), choices => choices.Contains(name));

        await (await shared.Admin()).Call("PUT", $"/api/v1/llm-models/{made.Text("id")}", new { status = "disabled" });
        Assert.DoesNotContain(name, await Choices(first, account));
        await Eventually.Get(() => Choices(second, account), choices => !choices.Contains(name));
    }

    [Fact]
    public async Task Should_record_who_did_what_without_a_key()
    {
        var admin = await shared.Admin();
        var made = await shared.Add();
        var (id, key) = (made.Text("id"), made.Json.GetProperty("api_keys")[0].GetProperty("id").GetString());
        await admin.Call("PUT", $"/api/v1/llm-models/{id}", new { status = "disabled", api_keys = new[] { new { key = "sk-new-key-0123456789", status = "enabled" } } });
        await admin.Call("DELETE", $"/api/v1/llm-models/{id}");

        var entries = await Audit(id);
        Assert.Equal(["model.deleted", "model.changed", "model.created"], entries.Select(entry => Text(entry, "action")));
        Assert.Contains("sk-\\u2026irst", Text(entries[2], "after"), StringComparison.Ordinal);
        Assert.Contains($"\"status\":\"enabled\",\"api_keys\":[{{\"id\":\"{key}\"", Text(entries[1], "before"), StringComparison.Ordinal);
        Assert.StartsWith("{\"status\":\"disabled\",\"api_keys\":[{\"id\":", Text(entries[1], "after"), StringComparison.Ordinal);
        Assert.DoesNotContain("max_tokens", Text(entries[1], "after"), StringComparison.Ordinal);
        Assert.DoesNotContain("sealed", string.Concat(entries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_lose_no_change_of_two_at_the_same_time()
    {
        var admin = await shared.Admin();
        var path = $"/api/v1/llm-models/{(await shared.Add()).Text("id")}";
        var fields = new (string Name, object Value)[] { ("name", "n"), ("description", "d"), ("rpm", 5), ("tpm", 6), ("max_tokens", 7), ("context_window", 8), ("type", "t"), ("status", "disabled") };
        await Task.WhenAll(fields.Select(field => admin.Call("PUT", path, new Dictionary<string, object> { [field.Name] = field.Value })));
        var after = (await admin.Call("GET", path)).Json;
        Assert.All(fields, field => Assert.Equal($"{field.Value}", $"{after.GetProperty(field.Name)}"));
    }

    [Fact]
    public async Task Should_let_two_entries_have_one_model()
    {
        var name = shared.Name();
        await shared.Add(("model_id", name));
        await shared.Add(("model_id", name), ("provider", "azure"), ("base_url", "https://mine.openai.azure.com/openai/v1"));
    }

    private async Task<List<string>> Ids(string query) =>
        [.. (await (await shared.Admin()).Call("GET", $"/api/v1/llm-models{query}")).Json.GetProperty("models").EnumerateArray().Select(model => Text(model, "id"))];

    private async Task<List<JsonElement>> Audit(string id) =>
        [.. (await (await shared.Admin()).Call("GET", $"/api/audit?subject=model:{id}")).Json.GetProperty("entries").EnumerateArray()];

    private static async Task<List<string>> Choices(HostProcess host, TestAccount account) =>
        [.. (await host.Http.Call("GET", "/api/config", token: account.Token)).Json.GetProperty("preset_models").EnumerateArray().Select(model => Text(model, "model_type"))];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}

using System.Text.Json;
using Bus.Events;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Looking_after_keys(GatewaySystem shared)
{
    [Fact]
    public async Task Should_keep_those_that_are_named_and_replace_the_others()
    {
        var made = await shared.Add(("api_keys", new object[]
        {
            new { key = "sk-planted-0123456789-one1", weight = 3, rpm = 60 }, new { key = "sk-planted-0123456789-two2", status = "disabled" }, new { key = "sk-planted-0123456789-tre3" },
        }));
        var (one, two) = (Key(made, 0), Key(made, 1));
        var after = await Put(made, new { api_keys = new object[] { new { id = two.Id, key = two.Shown, status = "enabled" }, new { key = "sk-planted-0123456789-new4" }, new { id = one.Id, tpm = 5 } } });

        Assert.Equal(3, after.Json.GetProperty("api_keys").GetArrayLength());
        Assert.Equal(two with { Status = "enabled" }, Key(after, 0));
        Assert.Equal(("sk-…new4", "enabled"), (Key(after, 1).Shown, Key(after, 1).Status));
        Assert.Equal(one, Key(after, 2));
        Assert.Equal((3, 60, 5), (Number(after, 2, "weight"), Number(after, 2, "rpm"), Number(after, 2, "tpm")));
        Assert.Equal(["sk-planted-0123456789-two2", "sk-planted-0123456789-new4", "sk-planted-0123456789-one1"], await Secrets(made.Text("id")));

        // Another secret is another key, also in the place of one.
        var replaced = await Put(made, new { api_keys = new[] { new { id = one.Id, key = "sk-planted-0123456789-new5" } } });
        Assert.NotEqual(one.Id, Key(replaced, 0).Id);
        Assert.Equal((3, 60), (Number(replaced, 0, "weight"), Number(replaced, 0, "rpm")));
        Assert.Equal(["sk-planted-0123456789-new5"], await Secrets(made.Text("id")));

        Assert.Equal(0, (await Put(made, new { api_keys = (object?)null })).Json.GetProperty("api_keys").GetArrayLength());
    }

    [Fact]
    public async Task Should_need_every_key_again_for_another_address()
    {
        var admin = await shared.Admin();
        var made = await shared.Add(("api_keys", new object[] { new { key = "sk-planted-0123456789-one1" }, new { key = "sk-planted-0123456789-two2" } }));
        var path = $"/api/v1/llm-models/{made.Text("id")}";
        foreach (var keys in new object?[] { null, new object[] { new { id = Key(made, 0).Id }, new { key = "sk-planted-0123456789-two2" } }, new object[] { new { id = Key(made, 1).Id, key = Key(made, 1).Shown } } })
        {
            var body = new Dictionary<string, object?> { ["base_url"] = "https://evil.example/v1" };
            if (keys is not null)
                body["api_keys"] = keys;
            Refusal.Check(await admin.Raw(HttpMethod.Put, path, JsonSerializer.Serialize(body)), 400, "api_keys");
        }

        Refusal.Check(await admin.Raw(HttpMethod.Put, path, """{"usage_url":"https://evil.example/{id}"}"""), 400, "usage_url");
        Assert.Equal("https://api.openai.com/v1", (await admin.Call("GET", path)).Text("base_url"));
        Assert.Equal(200, (await Put(made, new { base_url = "https://api.openai.com/v1/chat/completions" })).Status); // the same, written otherwise

        Assert.Equal("https://proxy.example/v1", (await Put(made, new { base_url = "https://proxy.example/v1", api_keys = new[] { new { key = "sk-planted-0123456789-one1" } } })).Text("base_url"));
        Assert.Equal(["sk-planted-0123456789-one1"], await Secrets(made.Text("id")));
        Assert.Equal("https://other.example/v1", (await Put(made, new { base_url = "https://other.example/v1", api_keys = Array.Empty<object>() })).Text("base_url"));
    }

    [Fact]
    public async Task Should_not_open_for_what_somebody_wrote_into_the_database()
    {
        var (system, _, _) = await shared.Get();
        var made = await shared.Add();
        await system.Database.Run("update llm_models set base_url = 'https://evil.example/v1' where id = $1", default, made.Json.GetProperty("id").GetGuid());
        var shown = await (await shared.Admin()).Call("GET", $"/api/v1/llm-models/{made.Text("id")}");
        Assert.Equal("unreadable", shown.Json.GetProperty("api_keys")[0].GetProperty("state").GetString());
        Assert.Equal([null], await Secrets(made.Text("id")));
    }

    [Fact]
    public async Task Should_say_how_they_do()
    {
        var (system, _, _) = await shared.Get();
        var made = await shared.Add(("api_keys", Enumerable.Range(0, 4).Select(i => new { key = $"sk-planted-0123456789-{i:0000}" })));
        await system.Database.Run(
            """
            insert into llm_health (subject, failures, rests_until, quarantined_at, reason, changed_at) values
                ($1, 1, now() + interval '1 hour', null, 'rate limit', now()), ($2, 1, null, now(), 'refused', now()), ($3, 1, now() - interval '1 hour', null, 'over', now())
            """, default, Key(made, 0).Id, Key(made, 1).Id, Key(made, 2).Id);
        var keys = (await (await shared.Admin()).Call("GET", $"/api/v1/llm-models/{made.Text("id")}")).Json.GetProperty("api_keys").EnumerateArray().ToList();
        Assert.Equal(["resting", "quarantined", "ok", "ok"], keys.Select(key => key.GetProperty("state").GetString()));
        Assert.Equal("rate limit", keys[0].GetProperty("reason").GetString());
        Assert.True(keys[0].TryGetProperty("rests_until", out _));
        Assert.False(keys[1].TryGetProperty("rests_until", out _));

        // What is there no more leaves nothing behind.
        await Put(made, new { api_keys = new[] { new { id = Key(made, 1).Id } } });
        Assert.Equal(1, await system.Scalar<long>("select count(*) from llm_health where subject = any($1)", new[] { Key(made, 0).Id, Key(made, 1).Id, Key(made, 2).Id }));
        await (await shared.Admin()).Call("DELETE", $"/api/v1/llm-models/{made.Text("id")}");
        Assert.Equal(0, await system.Scalar<long>("select count(*) from llm_health where subject = $1", Key(made, 1).Id));
    }

    [Fact]
    public async Task Should_not_be_kept_without_something_to_encrypt_them_with()
    {
        var (system, host) = await TestSystem.Start();
        await using var own = system;
        var admin = await host.Admin();
        var refused = await admin.Raw(HttpMethod.Post, "/api/v1/llm-models", JsonSerializer.Serialize(shared.Body()));
        Refusal.Check(refused, 409, "api_keys");
        Assert.Contains("BUS_MASTER_KEYS", refused.Body, StringComparison.Ordinal);
        Assert.Equal(201, (await admin.Call("POST", "/api/v1/llm-models", shared.Body(("api_keys", null), ("auth_type", "none")))).Status);
        Refusal.Check(
            await admin.Raw(HttpMethod.Post, "/api/config", """{"custom_api_url":"https://x.example","custom_model":"m","custom_api_key":"sk-planted-0123456789"}"""), 409, "custom_api_key");
    }

    private async Task<Answered> Put(Answered made, object body) => await (await shared.Admin()).Call("PUT", $"/api/v1/llm-models/{made.Text("id")}", body);

    /// <summary>The keys as whoever asks the provider has them.</summary>
    private async Task<List<string?>> Secrets(string id)
    {
        var (system, _, _) = await shared.Get();
        var catalog = await new Bus.Llm.Catalog.CatalogReader(system.Database, Catalogs.Vault()).Read(default);
        return [.. catalog.Models.Single(model => $"{model.Id}" == id).Keys.Select(key => key.Secret)];
    }

    private static Seen Key(Answered model, int at)
    {
        var key = model.Json.GetProperty("api_keys")[at];
        return new Seen(key.GetProperty("id").GetGuid(), key.GetProperty("key").GetString()!, key.GetProperty("status").GetString()!);
    }

    private static int Number(Answered model, int at, string name) => model.Json.GetProperty("api_keys")[at].GetProperty(name).GetInt32();

    private sealed record Seen(Guid Id, string Shown, string Status);
}

using System.Diagnostics;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Changing_settings(AccountsSystem shared)
{
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Should_hold_in_all_processes_within_a_second_and_be_recorded()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["RETENTION_CONVERSATIONS"] = "400" });
        var (first, second) = (await system.AddProcess(), await system.AddProcess("ingress"));
        var admin = await first.Admin();
        var before = (await admin.Call("GET", "/api/settings")).Json;
        Assert.Equal((true, "AIChat", 400), (before.GetProperty("registration_enabled").GetBoolean(), before.GetProperty("brand_text").GetString(), before.GetProperty("retention_conversations").GetInt32()));
        Assert.Equal("AIChat", (await second.Http.Call("GET", "/api/settings/branding")).Text("brand_text"));

        var watch = Stopwatch.StartNew();
        var changed = await admin.Call("PATCH", "/api/settings", new { brand_text = "家", registration_enabled = false, task_trace_environments = new[] { "production" } });
        Assert.Equal((200, "家"), (changed.Status, changed.Text("brand_text")));
        await Eventually.Get(() => second.Http.Call("GET", "/api/settings/branding"), answer => answer.Text("brand_text") == "家");
        Assert.Equal(403, (await second.Http.Register("Anna")).Status);
        TestContext.Current.TestOutputHelper?.WriteLine($"seen elsewhere after {watch.ElapsedMilliseconds} ms");

        // The same again is no change, and null is as it was.
        await admin.Call("PATCH", "/api/settings", new { brand_text = "家" });
        var restored = await admin.Call("PATCH", "/api/settings", new { brand_text = (string?)null });
        Assert.Equal("AIChat", restored.Text("brand_text"));
        var entries = (await admin.Call("GET", "/api/audit?action=settings.changed")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(2, entries.Count);
        Assert.Equal("""{"brand_text":"AIChat","registration_enabled":true,"task_trace_environments":[]}""", entries[1].GetProperty("before").GetString());
        Assert.Equal("{\"brand_text\":\"家\",\"registration_enabled\":false,\"task_trace_environments\":[\"production\"]}", Decoded(entries[1].GetProperty("after").GetString()!));
        Assert.Equal("""{"brand_text":"AIChat"}""", entries[0].GetProperty("after").GetString());
    }

    [Fact]
    public async Task Should_change_how_much_is_shown_and_how_much_may_be_said()
    {
        var (system, host) = await TestSystem.Start();
        await using var own = system;
        var admin = await host.Admin();
        var account = await TestAccount.Create(system.Database, AccountRoles.User);
        using var bot = account.Client(host);
        foreach (var number in Enumerable.Range(0, 3))
            await bot.CreateSession();
        Assert.Equal(3, (await bot.Call("GET", "/conversations")).Json.GetProperty("conversations").GetArrayLength());

        await admin.Call("PATCH", "/api/settings", new { retention_conversations = 2, messages_per_minute = 1 });

        await Eventually.Get(() => bot.Call("GET", "/conversations"), answer => answer.Json.GetProperty("conversations").GetArrayLength() == 2);
        await Eventually.Get(() => system.Scalar<long>("select count(*) from conversations"), count => count == 2); // swept
        Assert.Equal(200, (await bot.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "one" })).Status);
        Assert.Equal(429, (await bot.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "two" })).Status);
        Assert.Contains("hello", await host.Http.Handle("kitchen", "hello"), StringComparison.Ordinal); // whoever has no account has no limit
        await admin.Call("PUT", $"/api/users/{account.Id}/limits", new { messages_per_minute = 0 }); // its own says: any number
        Assert.Equal(200, (await bot.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "two" })).Status);
    }

    [Theory]
    [InlineData("""{"brand_text":""}""", "brand_text")]
    [InlineData("""{"brand_text":"a text that is much longer than the sixty-four characters that it may have"}""", "brand_text")]
    [InlineData("""{"brand_text":7}""", "brand_text")]
    [InlineData("""{"brand_text":"line\nbreak"}""", "brand_text")]
    [InlineData("""{"registration_enabled":"yes"}""", "registration_enabled")]
    [InlineData("""{"image_domain":"javascript:alert(1)"}""", "image_domain")]
    [InlineData("""{"image_domain":"https://user:pass@pictures.example"}""", "image_domain")]
    [InlineData("""{"messages_per_minute":-1}""", "messages_per_minute")]
    [InlineData("""{"messages_per_day":1.5}""", "messages_per_day")]
    [InlineData("""{"retention_conversations":"500"}""", "retention_conversations")]
    [InlineData("""{"task_trace_retention_days":100000}""", "task_trace_retention_days")]
    [InlineData("""{"task_trace_environments":"production"}""", "task_trace_environments")]
    [InlineData("""{"task_trace_environments":[""]}""", "task_trace_environments")]
    [InlineData("""{"jwt_secret":"x"}""", "jwt_secret")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string body, string field)
    {
        var (_, host, _) = await shared.Get();
        var admin = await host.Admin(); // whom other tests do not let change settings
        Refusal.Check(await admin.Raw(HttpMethod.Patch, "/api/settings", body), 400, field);
        var own = (await admin.Call("GET", "/api/auth/me")).Text("id");
        Assert.Empty((await admin.Call("GET", $"/api/audit?action=settings.changed&actor=user:{own}")).Json.GetProperty("entries").EnumerateArray());
    }

    private static string Decoded(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json), AsItIs);
}

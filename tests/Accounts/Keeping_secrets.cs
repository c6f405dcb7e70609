using System.Net.Http.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Keeping_secrets
{
    [Fact]
    public async Task Should_hold_for_traces_and_the_log_whatever_is_sent()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>
        {
            ["LOG_LEVEL"] = "trace",
            ["JWT_SECRET"] = "the-secret-of-this-deployment-4711",
            ["ADMIN_EMAIL"] = "admin@example.org",
            ["ADMIN_PASSWORD"] = "password-of-the-admin",
        });
        var host = await system.AddProcess(settings: collector.Settings("bus"));
        var tokens = await host.Http.Tokens("admin@example.org", "password-of-the-admin");
        await host.Http.LogIn("admin@example.org", "a-guess-that-is-wrong");
        var key = (await host.Http.Call("POST", "/api/keys", new { name = "bot", scopes = new[] { "chat" } }, tokens.Access)).Text("key");
        var totp = (await host.Http.Call("POST", "/api/auth/totp", new { password = "password-of-the-admin" }, tokens.Access)).Text("secret");
        var link = (await host.Http.Call("POST", "/api/auth/links", token: tokens.Access)).Text("code");
        using var browser = new HttpClient { BaseAddress = host.Http.BaseAddress };
        using var login = await browser.PostAsJsonAsync("/api/auth/login", new { username = "admin@example.org", password = "password-of-the-admin", use_cookie = true });
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split('=', ';')[1];
        await host.Http.Call("GET", "/conversations?token=token-in-the-address", token: key);
        await host.Http.Call("GET", "/conversations", token: "bus-at-not-a-token-of-anybody");
        Assert.Equal(200, (await host.Http.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "hello, this is between us" }, key)).Status);
        var next = (await host.Http.Refresh(tokens.Refresh)).Text("refresh_token");
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Source == "Bus.Llm")), there => there);

        foreach (var secret in new[]
        {
            tokens.Access, tokens.Refresh, next, key, totp, link, cookie, "password-of-the-admin", "a-guess-that-is-wrong", "the-secret-of-this-deployment", "token-in-the-address",
            "not-a-token-of-anybody", "between us",
        })
        {
            Assert.DoesNotContain(collector.Bodies, body => body.Contains(secret, StringComparison.Ordinal));
            Assert.True(!host.Output.Contains(secret, StringComparison.Ordinal), secret + "\n" + string.Join('\n', host.Output.Split('\n').Where(line => line.Contains(secret, StringComparison.Ordinal))));
        }

        Assert.Contains(" trce: ", host.Output, StringComparison.Ordinal);
        Assert.Contains(" dbug: ", host.Output, StringComparison.Ordinal);
    }
}

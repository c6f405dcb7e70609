using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Having_no_account(AccountsSystem shared)
{
    [Fact]
    public async Task Should_be_possible_from_this_machine()
    {
        var (_, host, _) = await shared.Get();
        Assert.Equal(200, (await host.Http.Call("GET", "/conversations")).Status);
        Assert.Contains("hello", await host.Http.Handle("kitchen", "hello"), StringComparison.Ordinal);
        var me = await host.Http.Call("GET", "/api/auth/me");
        Assert.Equal(("local", "local"), (me.Text("username"), me.Text("role")));
        Assert.Equal(["chat", "conversations.read"], me.Json.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "localhost.evil.example:8080")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Should_not_be_possible_for_somebody_behind_this_machine(string header, string value)
    {
        var (_, host, _) = await shared.Get();
        foreach (var (method, path) in new[] { ("GET", "/conversations"), ("POST", "/conversations") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation(header, value);
            Assert.Equal(401, (await host.Http.Answer(request)).Status);
        }
    }

    [Fact]
    public async Task Should_be_possible_from_a_page_that_came_from_here()
    {
        var (_, host, _) = await shared.Get();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/conversations");
        request.Headers.Add("Origin", host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        Assert.Equal(200, (await host.Http.Answer(request)).Status);
    }

    [Fact]
    public async Task Should_show_nothing_of_those_who_have_one()
    {
        var (system, host, _) = await shared.Get();
        using var somebody = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        var session = await somebody.CreateSession();
        Assert.Equal(404, (await host.Http.Call("GET", $"/conversations/{session}/history")).Status);
        Assert.Equal(404, (await host.Http.Call("DELETE", $"/conversations/{session}")).Status);
        Assert.DoesNotContain(session.ToString(), (await host.Http.Call("GET", "/conversations")).Json.ToString(), StringComparison.Ordinal);
        Assert.Equal(403, (await host.Http.Call("GET", "/conversations?of=all")).Status);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("off", 401)]
    [InlineData("on", 200)]
    public async Task Should_be_as_it_is_set(string? setting, int status)
    {
        var (system, _, _) = await shared.Get();
        await using var host = await HostProcess.Start(
            new Dictionary<string, string?>(system.Environment) { ["BUS_ANONYMOUS_API"] = setting }, "ingress");
        Assert.Equal(status, (await host.Http.Call("GET", "/conversations")).Status);
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/conversations");
        forwarded.Headers.Add("X-Forwarded-For", "203.0.113.9");
        Assert.Equal(status, (await host.Http.Answer(forwarded)).Status);
        Assert.Equal(200, (await host.Http.Call("GET", "/health")).Status);
    }

    [Theory]
    [InlineData("BUS_ANONYMOUS_API", "sometimes", "BUS_ANONYMOUS_API must be off, loopback or on, not 'sometimes'.")]
    [InlineData("CORS_ORIGIN", "chat.example.org", "CORS_ORIGIN must be origins such as https://chat.example.org, separated by commas, or *; not 'chat.example.org'.")]
    [InlineData("ENABLE_CORS", "perhaps", "ENABLE_CORS must be true or false, not 'perhaps'.")]
    [InlineData("BUS_TRUSTED_PROXIES", "proxy.example", "BUS_TRUSTED_PROXIES must be addresses or networks (10.0.0.0/8), separated by commas, not 'proxy.example'.")]
    [InlineData("JWT_SECRET", "short", "JWT_SECRET must have 32 characters or more.")]
    [InlineData("ADMIN_EMAIL", "admin", "ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither.")]
    [InlineData("DEFAULT_REGISTRATION_ENABLED", "maybe", "DEFAULT_REGISTRATION_ENABLED must be true or false, not 'maybe'.")]
    [InlineData("LOGIN_ATTEMPTS_PER_MINUTE", "0", "LOGIN_ATTEMPTS_PER_MINUTE must be a whole number from 1 to 1000000, not '0'.")]
    public async Task Should_not_start_with_a_wrong_setting(string name, string value, string explanation)
    {
        await using var system = await TestSystem.Create();
        var (code, output) = await HostProcess.RunToEnd(new Dictionary<string, string?>(system.Environment) { [name] = value });
        Assert.Equal(1, code);
        Assert.Contains(explanation, output, StringComparison.Ordinal);
    }
}

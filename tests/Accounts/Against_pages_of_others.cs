using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Against_pages_of_others(AccountsSystem shared)
{
    [Theory]
    [InlineData("/docs/index.html", 200)]
    [InlineData("/health", 200)]
    [InlineData("/nothing", 404)]
    [InlineData("/conversations", 401)]
    public async Task Should_tell_browsers_what_pages_may_do(string path, int status)
    {
        var (_, host, _) = await shared.Get();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Real-IP", "203.0.113.9");
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("default-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Should_let_only_the_pages_in_that_are_set()
    {
        var (system, _, _) = await shared.Get();
        await using var host = await HostProcess.Start(
            new Dictionary<string, string?>(system.Environment) { ["CORS_ORIGIN"] = "http://localhost:3555, https://chat.example.org/" }, "ingress");
        foreach (var (origin, isLetIn) in new[] { ("http://localhost:3555", true), ("https://chat.example.org", true), ("https://evil.example", false), ("null", false) })
        {
            using var asking = new HttpRequestMessage(HttpMethod.Options, "/conversations");
            asking.Headers.Add("Origin", origin);
            asking.Headers.Add("Access-Control-Request-Method", "POST");
            asking.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-csrf-token");
            using var response = await host.Http.SendAsync(asking);
            Assert.Equal((origin, isLetIn ? origin : null), (origin, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null));
            Assert.Equal(isLetIn, response.Headers.Contains("Access-Control-Allow-Credentials"));

            using var getting = new HttpRequestMessage(HttpMethod.Get, "/conversations");
            getting.Headers.Add("Origin", origin);
            Assert.Equal(isLetIn ? 200 : 401, (await host.Http.Answer(getting)).Status); // from this machine, without an account
        }
    }

    [Theory]
    [InlineData("false", "https://chat.example.org")]
    [InlineData("true", null)]
    public async Task Should_let_none_in_where_none_is_set(string enabled, string? origins)
    {
        var (system, _, _) = await shared.Get();
        await using var host = await HostProcess.Start(
            new Dictionary<string, string?>(system.Environment) { ["ENABLE_CORS"] = enabled, ["CORS_ORIGIN"] = origins }, "ingress");
        using var getting = new HttpRequestMessage(HttpMethod.Get, "/health");
        getting.Headers.Add("Origin", "https://chat.example.org");
        using var response = await host.Http.SendAsync(getting);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Should_let_all_in_but_without_a_login_where_that_is_set()
    {
        var (system, _, _) = await shared.Get();
        await using var host = await HostProcess.Start(new Dictionary<string, string?>(system.Environment) { ["CORS_ORIGIN"] = "*" }, "ingress");
        using var getting = new HttpRequestMessage(HttpMethod.Get, "/health");
        getting.Headers.Add("Origin", "https://anywhere.example");
        using var response = await host.Http.SendAsync(getting);
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Should_believe_only_proxies_that_are_set()
    {
        var (system, first, _) = await shared.Get();
        await using var trusting = await HostProcess.Start(
            new Dictionary<string, string?>(system.Environment) { ["BUS_TRUSTED_PROXIES"] = "127.0.0.0/8, ::1", ["LOGIN_ATTEMPTS_PER_MINUTE"] = "3" }, "ingress");
        var name = await shared.User();

        foreach (var (host, address, isTls) in new[] { (trusting, "203.0.113.7", true), (first, "127.0.0.1", false) })
        {
            using var login = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
            {
                Content = JsonContent.Create(new { username = name, password = AuthClient.Password, use_cookie = true }),
            };
            login.Headers.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7"); // what stands before it anybody could have written
            login.Headers.Add("X-Forwarded-Proto", "https");
            using var response = await host.Http.SendAsync(login);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Equal(isTls, response.Headers.GetValues("Set-Cookie").Single().Contains("secure", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(isTls ? "max-age=31536000" : null, response.Headers.TryGetValues("Strict-Transport-Security", out var hsts) ? hsts.Single() : null);
            Assert.Equal(address, await system.Scalar<string>($"select address from account_logins where user_id = (select id from account_users where user_name = '{name}') order by created_at desc limit 1"));
        }

        // Each address has tries of its own.
        for (var i = 0; i < 4; i++)
            Assert.Equal(i < 3 ? 401 : 429, await Try(trusting, "203.0.113.8"));
        Assert.Equal(401, await Try(trusting, "203.0.113.9"));
    }

    [Theory]
    [InlineData("Authorization: Bearer ", 40_000, 431)]
    [InlineData("Cookie: bus_login=", 40_000, 431)]
    [InlineData("Authorization: Bearer ", 30_000, 401)]
    [InlineData("Cookie: bus_login=", 30_000, 401)]
    [InlineData("X-CSRF-Token: ", 30_000, 200)]
    public async Task Should_not_be_impressed_by_large_headers(string header, int length, int status)
    {
        var (_, host, _) = await shared.Get();
        using var connection = await RawConnection.To(host.Http.BaseAddress!);
        try
        {
            await connection.Send($"GET /conversations HTTP/1.1\r\nHost: localhost\r\n{header}{new string('a', length)}\r\n\r\n");
        }
        catch (IOException failure) when (failure.InnerException is SocketException)
        {
            // Hung up on before all was sent, behind the answer.
        }

        Assert.Equal(status, await connection.Status());
    }

    [Fact]
    public async Task Should_not_be_impressed_by_many_cookies()
    {
        var (_, host, _) = await shared.Get();
        using var connection = await RawConnection.To(host.Http.BaseAddress!);
        var cookies = new StringBuilder();
        for (var i = 0; i < 1500; i++)
            cookies.Append(System.Globalization.CultureInfo.InvariantCulture, $"bus_login=x{i}; ");
        await connection.Send($"GET /conversations HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n");
        Assert.Equal(401, await connection.Status());
    }

    private static async Task<int> Try(HostProcess host, string address)
    {
        using var login = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login") { Content = JsonContent.Create(new { username = "nobody-at-all", password = "another password" }) };
        login.Headers.Add("X-Forwarded-For", address);
        return (await host.Http.Answer(login)).Status;
    }
}

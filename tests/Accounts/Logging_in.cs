using System.Net;
using System.Net.Http.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Logging_in(AccountsSystem shared)
{
    [Fact]
    public async Task Should_give_tokens_that_every_process_knows()
    {
        var (_, first, second) = await shared.Get();
        var name = await shared.User();

        var tokens = await first.Http.Tokens(name);

        Assert.Equal(name, await first.Http.Me(tokens.Access));
        Assert.Equal(name, await second.Http.Me(tokens.Access));
        var next = await second.Http.Refresh(tokens.Refresh);
        Assert.Equal(200, next.Status);
        Assert.Equal(name, await first.Http.Me(next.Text("access_token")));
    }

    [Fact]
    public async Task Should_keep_nothing_that_opens_the_door()
    {
        var (system, host, _) = await shared.Get();
        var tokens = await host.Http.Tokens(await shared.User());
        foreach (var table in await system.Scalar<string[]>("select array_agg(table_name::text) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
        {
            var text = await system.Scalar<string>($"select coalesce(string_agg(t::text, ' '), '') from \"{table}\" t");
            Assert.DoesNotContain(tokens.Access, text, StringComparison.Ordinal);
            Assert.DoesNotContain(tokens.Refresh, text, StringComparison.Ordinal);
            Assert.DoesNotContain(AuthClient.Password, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_say_the_same_whether_there_is_such_an_account_or_not()
    {
        var (_, host, _) = await shared.Get();
        var name = await shared.User();

        var wrong = await host.Http.LogIn(name, "another password");
        var nobody = await host.Http.LogIn(shared.Name(), "another password");
        var noName = await host.Http.LogIn("no name at all\0", "another password");

        Assert.Equal((401, wrong.Detail), (nobody.Status, nobody.Detail));
        Assert.Equal((401, wrong.Detail), (noName.Status, noName.Detail));
        Assert.Equal(401, wrong.Status);
    }

    [Fact]
    public async Task Should_take_no_password_for_a_while_after_five_wrong_ones()
    {
        var (system, host, _) = await shared.Get();
        var name = await shared.User();
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, (await host.Http.LogIn(name, "another password")).Status);

        var right = await host.Http.LogIn(name);
        Assert.Equal((401, (await host.Http.LogIn(shared.Name())).Detail), (right.Status, right.Detail));
        Assert.Equal(1, await system.Scalar<long>($"select count(*) from mt_events where type = 'audited' and data ->> 'Action' = 'user.locked_out' and data ->> 'ActorName' = '{name}'"));

        await system.Scalar<object>($"update account_users set lockout_end = now() - interval '1 second' where user_name = '{name}'");
        Assert.Equal(200, (await host.Http.LogIn(name)).Status);
    }

    [Fact]
    public async Task Should_count_each_of_those_that_come_at_once()
    {
        var (system, host, other) = await shared.Get();
        var name = await shared.User();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => (number % 2 == 0 ? host : other).Http.LogIn(name, "another password")));

        Assert.All(answers, answer => Assert.Equal(401, answer.Status));
        Assert.True(await system.Scalar<bool>($"select lockout_end > now() from account_users where user_name = '{name}'"));
        Assert.Equal(401, (await host.Http.LogIn(name)).Status);
    }

    [Fact]
    public async Task Should_look_at_no_password_when_there_are_ten_thousand()
    {
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?> { ["ADMIN_EMAIL"] = "admin", ["ADMIN_PASSWORD"] = AuthClient.Password });
        await using var own = system;
        var other = await system.AddProcess("ingress");

        var statuses = new int[10_000];
        await Parallel.ForAsync(0, statuses.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var response = await (i % 2 == 0 ? host : other).Http.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = $"guess number {i}" }, CancellationToken.None);
            statuses[i] = (int)response.StatusCode;
        });

        // Twenty in a minute from one address, whatever process they come to; the minute may end meanwhile.
        Assert.Equal([401, 429], statuses.Distinct().Order());
        Assert.InRange(statuses.Count(status => status == 401), 20, 60);
    }

    [Fact]
    public async Task Should_keep_a_browser_logged_in_by_a_cookie_that_no_script_reads()
    {
        var (_, host, _) = await shared.Get();
        var name = await shared.User();
        using var browser = Browser(host, out var cookies);

        using var login = await browser.PostAsJsonAsync("/api/auth/login", new { username = name, password = AuthClient.Password, use_cookie = true });
        Assert.Equal(HttpStatusCode.NoContent, login.StatusCode);
        var set = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", set, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(name, (await browser.Call("GET", "/api/auth/me")).Text("username"));

        // Whoever has the cookie is not enough for a change.
        var refused = await browser.Call("POST", "/conversations");
        Assert.Equal((403, "X-CSRF-Token"), (refused.Status, refused.Json.GetProperty("errors").EnumerateObject().Single().Name));
        using var blank = new HttpRequestMessage(HttpMethod.Post, "/conversations");
        blank.Headers.TryAddWithoutValidation("Authorization", "");
        Assert.Equal(403, (await browser.Answer(blank)).Status);
        browser.DefaultRequestHeaders.Add("X-CSRF-Token", (await browser.Call("GET", "/api/auth/csrf")).Text("csrf_token"));
        Assert.Equal(200, (await browser.Call("POST", "/conversations")).Status);

        var cookie = cookies.GetAllCookies()["bus_login"]!.Value;
        Assert.Equal(204, (await browser.Call("POST", "/api/auth/logout")).Status);
        cookies.Add(host.Http.BaseAddress!, new Cookie("bus_login", cookie));
        Assert.Equal(401, (await browser.Call("GET", "/api/auth/me")).Status);
    }

    [Fact]
    public async Task Should_not_take_the_token_of_one_browser_from_another()
    {
        var (_, host, _) = await shared.Get();
        var tokens = new List<string>();
        HttpClient? last = null;
        foreach (var name in new[] { await shared.User(), await shared.User() })
        {
            last = Browser(host, out _);
            using var login = await last.PostAsJsonAsync("/api/auth/login", new { username = name, password = AuthClient.Password, use_cookie = true });
            tokens.Add((await last.Call("GET", "/api/auth/csrf")).Text("csrf_token"));
        }

        last!.DefaultRequestHeaders.Add("X-CSRF-Token", tokens[0]);
        Assert.Equal(403, (await last.Call("POST", "/conversations")).Status);
        last.Dispose();
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Should_not_be_done_for_a_browser_by_a_page_of_somebody_else(string header, string value)
    {
        var (_, host, _) = await shared.Get();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = JsonContent.Create(new { username = await shared.User(), password = AuthClient.Password, use_cookie = true }),
        };
        request.Headers.Add(header, value);
        Assert.Equal(403, (await host.Http.Answer(request)).Status);
    }

    private static HttpClient Browser(HostProcess host, out CookieContainer cookies)
    {
        cookies = new CookieContainer();
        return new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = host.Http.BaseAddress };
    }
}

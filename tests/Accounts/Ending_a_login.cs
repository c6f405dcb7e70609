using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Ending_a_login(AccountsSystem shared)
{
    [Fact]
    public async Task Should_be_done_by_its_owner()
    {
        var (_, host, other) = await shared.Get();
        var name = await shared.User();
        var (here, there, third) = (await host.Http.Tokens(name), await host.Http.Tokens(name), await host.Http.Tokens(name));

        var logins = await Logins(host, here.Access);
        Assert.Equal(3, logins.Count);
        Assert.Single(logins, login => login.GetProperty("is_this").GetBoolean());
        var (newest, own) = (logins[0].GetProperty("id").GetString(), logins.Single(login => login.GetProperty("is_this").GetBoolean()).GetProperty("id").GetString());

        Assert.Equal(204, (await host.Http.Call("DELETE", $"/api/auth/logins/{newest}", token: here.Access)).Status);
        Assert.Equal("401", await other.Http.Me(third.Access));
        Assert.Equal(204, (await host.Http.Call("DELETE", "/api/auth/logins", token: here.Access)).Status);
        Assert.Equal("401", await other.Http.Me(there.Access));
        Assert.Equal(own, Assert.Single(await Logins(host, here.Access)).GetProperty("id").GetString());
        Assert.Equal(204, (await host.Http.Call("POST", "/api/auth/logout", token: here.Access)).Status);
        Assert.Equal("401", await other.Http.Me(here.Access));
    }

    [Fact]
    public async Task Should_not_be_done_by_somebody_else()
    {
        var (_, host, _) = await shared.Get();
        var (name, other) = (await shared.User(), await shared.User());
        var (own, foreign) = (await host.Http.Tokens(name), await host.Http.Tokens(other));
        var login = Assert.Single(await Logins(host, foreign.Access)).GetProperty("id").GetString();

        Assert.Equal(404, (await host.Http.Call("DELETE", $"/api/auth/logins/{login}", token: own.Access)).Status);
        Assert.Equal(other, await host.Http.Me(foreign.Access));
    }

    [Fact]
    public async Task Should_be_done_by_an_administrator()
    {
        var (_, host, other) = await shared.Get();
        var name = await shared.User();
        var (first, second) = (await host.Http.Tokens(name), await host.Http.Tokens(name));
        var id = (await host.Http.Call("GET", "/api/auth/me", token: first.Access)).Text("id");
        var admin = await host.Admin();

        var logins = (await admin.Call("GET", $"/api/users/{id}/logins")).Json.GetProperty("logins").EnumerateArray().Select(login => login.GetProperty("id").GetString()).ToList();
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/users/{id}/logins/{logins[0]}")).Status);
        Assert.Equal("401", await other.Http.Me(second.Access));
        Assert.Equal(name, await other.Http.Me(first.Access));
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/users/{id}/logins")).Status);
        Assert.Equal("401", await other.Http.Me(first.Access));
    }

    [Fact]
    public async Task Should_be_the_end_of_everything_when_an_account_is_shut_out()
    {
        var (system, host, other) = await shared.Get();
        var name = await shared.User();
        var tokens = await host.Http.Tokens(name);
        var key = (await host.Http.Call("POST", "/api/keys", new { name = "bot" }, tokens.Access)).Text("key");
        var id = (await host.Http.Call("GET", "/api/auth/me", token: tokens.Access)).Text("id");
        var admin = await host.Admin();

        Assert.Equal(200, (await admin.Call("PUT", $"/api/users/{id}/disablement")).Status);

        foreach (var process in new[] { host, other })
        {
            Assert.Equal("401", await process.Http.Me(tokens.Access));
            Assert.Equal("401", await process.Http.Me(key));
            Assert.Equal(401, (await process.Http.Refresh(tokens.Refresh)).Status);
        }

        var refused = await host.Http.LogIn(name);
        Assert.Equal((403, "This account is shut out."), (refused.Status, refused.Detail));
        Assert.Equal(200, (await admin.Call("DELETE", $"/api/users/{id}/disablement")).Status);
        Assert.Equal("401", await host.Http.Me(tokens.Access));
        Assert.Equal(name, await host.Http.Me(key));
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/users/{id}")).Status);
        Assert.Equal("401", await host.Http.Me(key));
        Assert.Equal(401, (await host.Http.LogIn(name)).Status);
        Assert.Equal(0, await system.Scalar<long>($"select count(*) from account_keys where user_id = '{id}'"));
    }

    [Fact]
    public async Task Should_come_with_another_password_but_not_for_who_gives_it()
    {
        var (_, host, _) = await shared.Get();
        var name = await shared.User();
        var (here, there) = (await host.Http.Tokens(name), await host.Http.Tokens(name));

        var wrong = await host.Http.Call("PUT", "/api/auth/password", new { current_password = "not this one", new_password = "another long one" }, here.Access);
        Assert.Equal((403, "current_password is wrong."), (wrong.Status, wrong.Detail));
        Assert.Equal(400, (await host.Http.Call("PUT", "/api/auth/password", new { current_password = AuthClient.Password, new_password = "short" }, here.Access)).Status);
        Assert.Equal(204, (await host.Http.Call("PUT", "/api/auth/password", new { current_password = AuthClient.Password, new_password = "another long one" }, here.Access)).Status);

        Assert.Equal((name, "401"), (await host.Http.Me(here.Access), await host.Http.Me(there.Access)));
        Assert.Equal(200, (await host.Http.Refresh(here.Refresh)).Status);
        Assert.Equal(401, (await host.Http.LogIn(name)).Status);
        Assert.Equal(200, (await host.Http.LogIn(name, "another long one")).Status);
    }

    [Fact]
    public async Task Should_not_be_needed_for_another_role_to_hold()
    {
        var (_, host, other) = await shared.Get();
        var name = await shared.User();
        var tokens = await host.Http.Tokens(name);
        var id = (await host.Http.Call("GET", "/api/auth/me", token: tokens.Access)).Text("id");
        var admin = await host.Admin();
        Assert.Equal(403, (await other.Http.Call("GET", "/api/users", token: tokens.Access)).Status);

        await admin.Call("PUT", $"/api/users/{id}/role", new { role = AccountRoles.Admin });
        Assert.Equal(200, (await other.Http.Call("GET", "/api/users", token: tokens.Access)).Status);
        await admin.Call("PUT", $"/api/users/{id}/role", new { role = AccountRoles.Viewer });
        Assert.Equal(403, (await other.Http.Call("GET", "/api/users", token: tokens.Access)).Status);
        Assert.Equal(403, (await other.Http.Call("POST", "/conversations", token: tokens.Access)).Status);
    }

    [Fact]
    public async Task Should_leave_an_administrator()
    {
        var (system, host) = await TestSystem.Start();
        await using var own = system;
        var id = (await host.Http.Register("Anna")).Text("id");
        var token = (await host.Http.Tokens("Anna")).Access;
        foreach (var (method, path, body) in new (string, string, object?)[]
            { ("PUT", "disablement", null), ("PUT", "role", new { role = "user" }), ("DELETE", "", null) })
        {
            var refused = await host.Http.Call(method, $"/api/users/{id}/{path}".TrimEnd('/'), body, token);
            Assert.Equal((409, "This is the only administrator: make another one first."), (refused.Status, refused.Detail));
        }

        Assert.Equal("Anna", await host.Http.Me(token));
    }

    private static async Task<List<JsonElement>> Logins(HostProcess host, string token) =>
        [.. (await host.Http.Call("GET", "/api/auth/logins", token: token)).Json.GetProperty("logins").EnumerateArray()];
}

using System.Text.RegularExpressions;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

/// <summary><c>./bus users</c>: for whoever runs the system, also when nobody can log in any more.</summary>
public sealed partial class Looking_after_accounts(AccountsSystem shared)
{
    [Fact]
    public async Task Should_make_change_and_list_them()
    {
        var (_, host, _) = await shared.Get();
        var name = shared.Name();

        var (code, password, errors) = await Run("add", name, "--role", "operator");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(Password(), password);
        var tokens = await host.Http.Tokens(name, password.Trim());
        Assert.Contains($"{name}  operator  active\n", (await Run("list")).Output, StringComparison.Ordinal);

        Assert.Equal((0, $"{name}  viewer  active\n", ""), await Run("role", name.ToUpperInvariant(), "viewer"));
        Assert.Equal(403, (await host.Http.Call("POST", "/conversations", token: tokens.Access)).Status);
        Assert.Equal((0, $"{name}  viewer  disabled\n", ""), await Run("disable", name));
        Assert.Equal("401", await host.Http.Me(tokens.Access));
        Assert.Equal((0, $"{name}  viewer  active\n", ""), await Run("enable", name));
        var next = (await Run("password", name)).Output.Trim();
        Assert.Equal(401, (await host.Http.LogIn(name, password.Trim())).Status);
        Assert.Equal(200, (await host.Http.LogIn(name, next)).Status);
    }

    [Fact]
    public async Task Should_let_in_who_waits()
    {
        var (system, host, _) = await shared.Get();
        var name = shared.Name();
        Assert.Equal(201, (await host.Http.Register(name)).Status);
        Assert.Equal((0, $"{name}  user  active\n", ""), await Run("approve", name));
        Assert.Equal(200, (await host.Http.LogIn(name)).Status);
        Assert.Equal(
            "cli", await system.Scalar<string>($"select data ->> 'Actor' from mt_events where type = 'audited' and data ->> 'Action' = 'user.approved' and data ->> 'After' like '%{name}%'"));
    }

    [Theory]
    [InlineData("There is no such account", "The account nobody-at-all does not exist.\n", "disable", "nobody-at-all")]
    [InlineData("There is no such role", "role must be one of: admin, operator, viewer, user.\n", "add", "somebody-new", "--role", "king")]
    [InlineData("The name is taken", "username is taken, or looks like one that is.\n", "add", "ROOT@example.org")]
    public async Task Should_say_what_is_wrong(string why, string error, params string[] arguments)
    {
        await shared.Get();
        Assert.Equal((why, 1, "", error), (why, (await Run(arguments)).Code, (await Run(arguments)).Output, (await Run(arguments)).Errors));
    }

    [Fact]
    public async Task Should_show_to_administrators_what_they_show_to_their_owners()
    {
        var (_, host, _) = await shared.Get();
        var admin = await host.Admin();
        var name = shared.Name();
        var made = await admin.Call("POST", "/api/users", new { username = name, password = AuthClient.Password, role = AccountRoles.User });
        var id = made.Text("id");
        var token = (await host.Http.Tokens(name)).Access;
        await host.Http.Call("POST", "/api/keys", new { name = "bot" }, token);

        Assert.Equal(made.Json.ToString(), (await admin.Call("GET", $"/api/users/{id}")).Json.ToString());
        var key = Assert.Single((await admin.Call("GET", $"/api/users/{id}/keys")).Json.GetProperty("keys").EnumerateArray());
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/users/{id}/keys/{key.GetProperty("id").GetString()}")).Status);
        Assert.Empty((await host.Http.Call("GET", "/api/keys", token: token)).Json.GetProperty("keys").EnumerateArray());
        foreach (var path in new[] { "", "/logins", "/keys" })
        {
            Assert.Equal(404, (await admin.Call("GET", $"/api/users/{Guid.Empty}{path}")).Status);
            Assert.Equal(404, (await admin.Call("GET", $"/api/users/nobody{path}")).Status);
        }

        Assert.Equal(400, (await admin.Call("PUT", $"/api/users/{id}/role", new { role = "king" })).Status);
        Assert.Equal(400, (await admin.Call("PUT", $"/api/users/{id}/role", new { role = "user", status = "active" })).Status);
        Assert.Equal(400, (await admin.Call("PUT", $"/api/users/{id}/limits", new { messages_per_day = -1 })).Status);
        Assert.Equal(400, (await admin.Call("POST", "/api/users", new { username = shared.Name(), password = AuthClient.Password })).Status);
        Assert.Equal(400, (await admin.Call("PUT", $"/api/users/{id}/password", new { password = "short" })).Status);
    }

    private async Task<(int Code, string Output, string Errors)> Run(params string[] arguments) =>
        await HostProcess.Command((await shared.Get()).System.Environment, ["users", .. arguments]);

    [GeneratedRegex("^[a-z2-9]{16}\n$")]
    private static partial Regex Password();
}

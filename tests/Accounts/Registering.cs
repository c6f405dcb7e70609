using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Registering(AccountsSystem shared)
{
    [Fact]
    public async Task Should_make_the_first_an_administrator_and_let_others_wait_for_approval()
    {
        var (system, host) = await TestSystem.Start();
        await using var own = system;

        var first = await host.Http.Register("Anna");
        var second = await host.Http.Register("Boris");

        Assert.Equal((201, AccountRoles.Admin, "active"), (first.Status, first.Text("role"), first.Text("status")));
        Assert.Equal((201, AccountRoles.User, "pending"), (second.Status, second.Text("role"), second.Text("status")));
        var refused = await host.Http.LogIn("Boris");
        Assert.Equal((403, "An administrator has to let this account in first."), (refused.Status, refused.Detail));

        var admin = (await host.Http.Tokens("anna")).Access;
        var approved = await host.Http.Call("PUT", $"/api/users/{second.Text("id")}/approval", token: admin);
        Assert.Equal((200, "active"), (approved.Status, approved.Text("status")));
        Assert.Equal("Boris", await host.Http.Me((await host.Http.Tokens("Boris")).Access));
        Assert.Equal(
            ["user.registered", "user.registered", "login.begun", "user.approved", "login.begun"],
            (await host.Http.Call("GET", "/api/audit", token: admin)).Json.GetProperty("entries").EnumerateArray().Reverse().Select(entry => entry.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task Should_make_one_administrator_of_many_who_come_first()
    {
        var (system, host) = await TestSystem.Start();
        await using var own = system;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => host.Http.Register($"person{number}0")));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers, answer => answer.Text("role") == AccountRoles.Admin);
    }

    [Fact]
    public async Task Should_be_refused_where_it_is_switched_off()
    {
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?> { ["DEFAULT_REGISTRATION_ENABLED"] = "false", ["REGISTRATIONS_PER_HOUR"] = "2" });
        await using var own = system;

        Assert.Equal(403, (await host.Http.Register("Anna")).Status);
        Assert.Equal(403, (await host.Http.Register("Anna")).Status);
        var tooMany = await host.Http.Register("Anna");
        Assert.Equal(429, tooMany.Status);
        Assert.InRange(tooMany.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3600);
        Assert.Equal(0, await system.Scalar<long>("select count(*) from account_users"));
    }

    [Theory]
    [InlineData("""{"username":"nobody","password":"correct horse battery","role":"admin"}""", "role")]
    [InlineData("""{"username":"nobody","password":"correct horse battery","status":"active"}""", "status")]
    [InlineData("""{"username":"nobody","password":"correct horse battery","id":"550e8400-e29b-41d4-a716-446655440000"}""", "id")]
    [InlineData("""{"username":"nobody"}""", "password")]
    [InlineData("""{"password":"correct horse battery"}""", "username")]
    [InlineData("""{"username":"n","password":"correct horse battery"}""", "username")]
    [InlineData("""{"username":"two words","password":"correct horse battery"}""", "username")]
    [InlineData("""{"username":"n\u0000body","password":"correct horse battery"}""", "username")]
    [InlineData("""{"username":"nоbody","password":"correct horse battery"}""", "username")] // a Cyrillic о
    [InlineData("""{"username":"nobody\u0301","password":"correct horse battery"}""", "username")] // an accent of its own
    [InlineData("""{"username":"nobody","password":"short"}""", "password")]
    [InlineData("""{"username":"nobody","password":"aaaaaaaaaaaaaaaa"}""", "password")]
    [InlineData("""{"username":"nobodyishere","password":"nobodyishere1"}""", "password")]
    [InlineData("""{"username":7,"password":"correct horse battery"}""", "username")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string body, string field)
    {
        var (system, host, _) = await shared.Get();

        var answer = await host.Http.Raw(HttpMethod.Post, "/api/auth/register", body);

        Refusal.Check(answer, 400, field);
        Assert.Equal(0, await system.Scalar<long>("select count(*) from account_users where user_name like 'n_body%'"));
    }

    [Fact]
    public async Task Should_refuse_names_and_passwords_that_are_too_long()
    {
        var (_, host, _) = await shared.Get();
        var longest = "n" + shared.Name().PadRight(Limits.LongestUserName, 'x')[..(Limits.LongestUserName - 1)];
        Assert.Equal(400, (await host.Http.Register(longest + "x")).Status);
        Assert.Equal(400, (await host.Http.Register(longest, AuthClient.Password.PadRight(Limits.LongestPassword + 1, 'x'))).Status);
        Assert.Equal(201, (await host.Http.Register(longest, AuthClient.Password.PadRight(Limits.LongestPassword, 'x'))).Status);
    }

    [Theory]
    [InlineData("Frederic", "frederic")]
    [InlineData("Olga0", "OlgaO")]
    [InlineData("Paula", "РauІа", 400)] // mixes alphabets
    [InlineData("xoc", "хос")] // all Cyrillic
    [InlineData("HAT", "ΗΑΤ")] // all Greek
    [InlineData("Lila1", "LiIal")]
    public async Task Should_not_give_out_a_name_that_looks_like_another(string name, string like, int status = 409)
    {
        var (_, host, _) = await shared.Get();
        Assert.Equal(201, (await host.Http.Register(name)).Status);
        Assert.Equal(status, (await host.Http.Register(like)).Status);
    }
}

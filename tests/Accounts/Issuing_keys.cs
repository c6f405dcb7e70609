using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Issuing_keys(AccountsSystem shared)
{
    [Fact]
    public async Task Should_tell_a_key_once_and_know_it_everywhere()
    {
        var (system, host, other) = await shared.Get();
        var name = await shared.User();
        var token = (await host.Http.Tokens(name)).Access;

        var made = await host.Http.Call("POST", "/api/keys", new { name = "my bot" }, token);
        var key = made.Text("key");

        Assert.Equal(201, made.Status);
        Assert.Matches("^sk-bus-[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(name, await other.Http.Me(key));
        var listed = Assert.Single((await host.Http.Call("GET", "/api/keys", token: token)).Json.GetProperty("keys").EnumerateArray());
        Assert.Equal(["chat", "conversations.read"], listed.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal($"sk-bus-…{key[^4..]}", listed.GetProperty("hint").GetString());
        Assert.DoesNotContain(key, listed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await system.Scalar<string>("select string_agg(k::text, ' ') from account_keys k"), StringComparison.Ordinal);

        Assert.Equal(204, (await host.Http.Call("DELETE", $"/api/keys/{listed.GetProperty("id").GetString()}", token: token)).Status);
        Assert.Equal("401", await other.Http.Me(key));
    }

    [Fact]
    public async Task Should_end_when_they_expire()
    {
        var (system, host, _) = await shared.Get();
        var name = await shared.User();
        var token = (await host.Http.Tokens(name)).Access;
        var key = (await host.Http.Call("POST", "/api/keys", new { name = "k", expires_at = TimeProvider.System.GetUtcNow().AddDays(1) }, token)).Text("key");
        Assert.Equal(name, await host.Http.Me(key));
        await system.Scalar<object>($"update account_keys set expires_at = now() - interval '1 second' where user_id = (select id from account_users where user_name = '{name}')");
        Assert.Equal("401", await Eventually.Get(() => host.Http.Me(key), who => who != name));
    }

    [Fact]
    public async Task Should_not_make_other_keys_nor_change_the_account()
    {
        var (_, host, _) = await shared.Get();
        var admin = await host.Admin();
        Assert.Equal(403, (await admin.Call("POST", "/api/keys", new { name = "another" })).Status);
        Assert.Equal(403, (await admin.Call("GET", "/api/auth/logins")).Status);
        Assert.Equal(403, (await admin.Call("PUT", "/api/auth/password", new { current_password = "x", new_password = "y" })).Status);
    }

    [Fact]
    public async Task Should_do_no_more_than_their_owner_may_now()
    {
        var (_, host, _) = await shared.Get();
        var name = await shared.User(AccountRoles.Admin);
        var token = (await host.Http.Tokens(name)).Access;
        var id = (await host.Http.Call("GET", "/api/auth/me", token: token)).Text("id");
        var key = (await host.Http.Call("POST", "/api/keys", new { name = "k", scopes = new[] { "users.manage", "conversations.read" } }, token)).Text("key");
        Assert.Equal(200, (await host.Http.Call("GET", "/api/users", token: key)).Status);
        Assert.Equal(403, (await host.Http.Call("GET", "/api/settings", token: key)).Status);

        await (await host.Admin()).Call("PUT", $"/api/users/{id}/role", new { role = AccountRoles.User });
        Assert.Equal(403, (await host.Http.Call("GET", "/api/users", token: key)).Status);
        Assert.Equal(200, (await host.Http.Call("GET", "/conversations", token: key)).Status);
    }

    [Theory]
    [InlineData("""{"name":"k","scopes":["everything"]}""", 400, "scopes")]
    [InlineData("""{"name":"k","scopes":["account"]}""", 400, "scopes")]
    [InlineData("""{"name":"k","scopes":[null]}""", 400, "scopes")]
    [InlineData("""{"name":"k","scopes":[]}""", 400, "scopes")]
    [InlineData("""{"name":"k","scopes":["users.manage"]}""", 403, "scopes")]
    [InlineData("""{"name":""}""", 400, "name")]
    [InlineData("""{}""", 400, "name")]
    [InlineData("""{"name":"k","models":[]}""", 400, "models")]
    [InlineData("""{"name":"k","models":[""]}""", 400, "models")]
    [InlineData("""{"name":"k","expires_at":"2020-01-01T00:00:00Z"}""", 400, "expires_at")]
    [InlineData("""{"name":"k","expires_at":"tomorrow"}""", 400, "expires_at")]
    [InlineData("""{"name":"k","owner":"somebody"}""", 400, "owner")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string body, int status, string field)
    {
        var (_, host, _) = await shared.Get();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/keys") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", (await host.Http.Tokens(await shared.User())).Access);
        var answer = await host.Http.Answer(request);
        Assert.Equal((status, field), (answer.Status, answer.Json.GetProperty("errors").EnumerateObject().Single().Name));
    }

    [Fact]
    public async Task Should_have_an_end_in_number()
    {
        var (system, host, _) = await shared.Get();
        var name = await shared.User();
        var token = (await host.Http.Tokens(name)).Access;
        await system.Scalar<object>($"""
            insert into account_keys (id, user_id, hash, hint, name, scopes, created_at)
            select gen_random_uuid(), (select id from account_users where user_name = '{name}'), decode(md5(n || '{name}'), 'hex'), '', 'k', array[]::text[], now()
            from generate_series(1, {Limits.MostKeys - 1}) n
            """);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Http.Call("POST", "/api/keys", new { name = "k" }, token)));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(3, answers.Count(answer => answer.Status == 409));
    }

    [Fact]
    public async Task Should_be_kept_to_the_models_that_they_may_ask()
    {
        var (system, host, _) = await shared.Get();
        var account = await TestAccount.Create(system.Database, AccountRoles.User, models: ["demo"]);
        using var bot = account.Client(host);
        var session = await bot.CreateSession();
        (await bot.Chat(session, "hello")).Dispose();
        await system.After(session, turns: 1);
        Assert.Equal("demo", Assert.Single((await system.Log.Read(session)).All<MessageReceived>()).Options!.Model);

        var refused = await bot.Call("POST", $"/conversations/{session}/replays", new { model = "gpt-4o" });
        Assert.Equal((403, "model is none of those that this key may ask: demo."), (refused.Status, refused.Detail));
        Assert.Equal(202, (await bot.Call("POST", $"/conversations/{session}/replays", new { temperature = 0.5 })).Status);
    }

    [Fact]
    public async Task Should_share_the_limits_of_their_owner()
    {
        var (system, host, other) = await shared.Get();
        var account = await TestAccount.Create(system.Database, AccountRoles.User);
        Assert.Equal(200, (await (await host.Admin()).Call("PUT", $"/api/users/{account.Id}/limits", new { messages_per_minute = 0, messages_per_day = 3 })).Status);
        using var here = account.Client(host);
        using var there = account.Client(other);

        var first = new[] { await here.Call("POST", "/v1/chat/handle", Said(1)), await there.Call("POST", "/v1/chat/handle", Said(2)), await here.Call("POST", "/v1/chat/handle", Said(3)) };
        Assert.All(first, answer => Assert.Equal(200, answer.Status));
        var refused = await there.Call("POST", "/v1/chat/handle", Said(4));
        Assert.Equal((429, "You have sent as many messages as your account may. Nothing was stored; try again later."), (refused.Status, refused.Detail));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalHours, 23, 24);
        Assert.Equal(3, await system.Scalar<long>($"select count(*) from mt_events where type = 'message_received' and data -> 'Origin' ->> 'Part' = '{account.Owner}'"));
    }

    private static object Said(int number) => new { user_id = "u", chat_id = "limits", text = $"number {number}" };
}

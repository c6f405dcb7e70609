using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Going_on_with_a_login(AccountsSystem shared)
{
    [Fact]
    public async Task Should_replace_both_tokens()
    {
        var (_, host, _) = await shared.Get();
        var tokens = await host.Http.Tokens(await shared.User());

        var next = await host.Http.Refresh(tokens.Refresh);

        Assert.Equal(200, next.Status);
        Assert.Equal("401", await host.Http.Me(tokens.Access));
        Assert.NotEqual(tokens.Refresh, next.Text("refresh_token"));
        Assert.Equal("no-store", next.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Should_end_the_login_when_a_token_comes_again()
    {
        var (system, host, other) = await shared.Get();
        var name = await shared.User();
        var stolen = await host.Http.Tokens(name);
        var untouched = await host.Http.Tokens(name);
        var thief = await host.Http.Refresh(stolen.Refresh);
        thief = await host.Http.Refresh(thief.Text("refresh_token"));

        Assert.Equal(401, (await other.Http.Refresh(stolen.Refresh)).Status); // its owner comes

        Assert.Equal("401", await host.Http.Me(thief.Text("access_token")));
        Assert.Equal(401, (await host.Http.Refresh(thief.Text("refresh_token"))).Status);
        Assert.Equal(name, await host.Http.Me(untouched.Access));
        Assert.Equal(1, await system.Scalar<long>($"select count(*) from mt_events where type = 'audited' and data ->> 'Action' = 'refresh.replayed' and data ->> 'ActorName' = '{name}'"));
    }

    [Fact]
    public async Task Should_go_on_for_one_of_those_who_bring_the_same_token_at_once()
    {
        var (_, host, other) = await shared.Get();
        var tokens = await host.Http.Tokens(await shared.User());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => (number % 2 == 0 ? host : other).Http.Refresh(tokens.Refresh)));

        // Who was first cannot be told from a thief: the login is over for both.
        var one = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != one), answer => Assert.Equal(401, answer.Status));
        Assert.Equal("401", await host.Http.Me(one.Text("access_token")));
    }

    [Theory]
    [InlineData("access_expires_at = now() - interval '1 second'", "401", 200)]
    [InlineData("expires_at = now() - interval '1 second'", "401", 401)]
    [InlineData("seen_at = now() - interval '8 days'", null, 401)]
    [InlineData("security_stamp = 'another'", "401", 401)]
    public async Task Should_end_when_it_is_over(string change, string? me, int refresh)
    {
        var (system, host, _) = await shared.Get();
        var name = await shared.User();
        var tokens = await host.Http.Tokens(name);
        await system.Scalar<object>($"update account_logins set {change} where user_id = (select id from account_users where user_name = '{name}')");
        if (me is not null)
            Assert.Equal(me, await host.Http.Me(tokens.Access));
        Assert.Equal(refresh, (await host.Http.Refresh(tokens.Refresh)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("bus-rt-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bus-at-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Should_be_refused_with_what_is_no_token(string token)
    {
        var (_, host, _) = await shared.Get();
        Assert.Equal(401, (await host.Http.Refresh(token)).Status);
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer ")]
    [InlineData("Bearer bus-at-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer sk-bus-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer bus-ck-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic cm9vdDpyb290")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.")]
    public async Task Should_not_be_nobody_in_particular_with_a_wrong_credential(string header)
    {
        var (_, host, _) = await shared.Get();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/conversations"); // which anybody on this machine may have without one
        request.Headers.TryAddWithoutValidation("Authorization", header);
        var answer = await host.Http.Answer(request);
        Assert.Equal((401, "Bearer error=\"invalid_token\""), (answer.Status, answer.Headers.WwwAuthenticate.ToString()));
    }
}

using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Trouble_with_Discord : FakeDiscordTest
{
    private const string Create = "POST /channels/*/messages";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTime time = new();

    internal override TimeProvider Time => time;

    private string Messages => $"/channels/{Channel.Id}/messages";

    [Fact]
    public async Task Should_be_what_was_planned()
    {
        var other = Guild.AddChannel("other");
        Discord.Fail(Create, Channel.Id, Failure.Status(403, 50013, "Missing Permissions"));
        Discord.Fail("PATCH *", Failure.Status(500));
        Discord.Fail("* /channels/*/typing", Failure.Answer(200, "text/plain", "?"));

        await Client.Call("POST", $"/channels/{other.Id}/messages", new { content = "x" });
        Assert.Equal("403 50013 Missing Permissions", await Client.Refusal("POST", Messages, new { content = "x" }));
        await Client.Call("POST", Messages, new { content = "y" });
        using var typing = await Client.Send("POST", $"/channels/{Channel.Id}/typing");
        Assert.Equal((200, "?"), ((int)typing.StatusCode, await typing.Content.ReadAsStringAsync()));
        Assert.Empty(Channel.Typings);
        Assert.Equal("y", Assert.Single(Channel.Messages).Text);
    }

    [Fact]
    public async Task Should_be_able_to_come_before_and_after()
    {
        Discord.Fail(Create, Failure.CutBefore);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.Send("POST", Messages, new { content = "before" }));
        Discord.Fail(Create, Failure.CutAfter);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.Send("POST", Messages, new { content = "after" }));
        Discord.Fail(Create, Failure.ServerError);
        using var response = await Client.Send("POST", Messages, new { content = "trouble" });

        Discord.Fail(Create, Failure.ServerErrorAfter);
        await Client.Send("POST", Messages, new { content = "done" });

        Assert.Equal((502, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal(["after", "done"], Channel.Messages.Select(message => message.Text));
        Assert.Equal([null, null, 502, 502], Discord.Calls.Select(call => call.Status));
    }

    [Fact]
    public async Task Should_follow_a_plan_until_it_is_healed()
    {
        Discord.Schedule(call => call.Text == "bad" ? Failure.Status(500, 0, "500: Internal Server Error") : null);
        Assert.Equal("500 0 500: Internal Server Error", await Client.Refusal("POST", Messages, new { content = "bad" }));
        await Client.Call("POST", Messages, new { content = "good" });
        Discord.Heal();
        await Client.Call("POST", Messages, new { content = "bad" });
    }

    [Theory]
    [InlineData(LimitScope.User, "user", null, "false", 0, 2)]
    [InlineData(LimitScope.Shared, "shared", null, "false", 0, 2)]
    [InlineData(LimitScope.Global, "global", "true", "true", 1, 3)]
    public async Task Should_be_told_when_it_is_too_much(LimitScope scope, string name, string? global, string isGlobal, int elsewhere, int inside)
    {
        var other = Guild.AddChannel("other");
        Discord.Fail(Create, Channel.Id, Failure.TooMany(1.5, scope, staysInForce: true));
        using var response = await Client.Send("POST", Messages, new { content = "x" });

        Assert.Equal((429, $$"""{"message":"{{(scope == LimitScope.Shared ? "The resource is" : "You are")}} being rate limited.","retry_after":1.5,"global":{{isGlobal}}}"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(("2", name, global), (Header(response, "Retry-After"), Header(response, "X-RateLimit-Scope"), Header(response, "X-RateLimit-Global")));
        Assert.Equal(scope == LimitScope.Global ? null : "1.500", Header(response, "X-RateLimit-Reset-After"));
        await Client.Send("POST", Messages, new { content = "x" });
        await Client.Send("POST", Messages, new { content = "x" });
        using var there = await Client.Send("POST", $"/channels/{other.Id}/messages", new { content = "x" });
        Assert.Equal(elsewhere == 1 ? 429 : 200, (int)there.StatusCode);
        Assert.Equal(inside, Discord.CallsInsideWindows);
        time.Advance(1.5 * Second);
        await Client.Call("POST", Messages, new { content = "x" });
        Assert.Equal(inside, Discord.CallsInsideWindows);
    }

    [Fact]
    public async Task Should_be_told_by_the_edge_as_well()
    {
        Discord.Fail(null, Failure.TooMany(30, html: true));
        using var response = await Client.Send("POST", Messages, new { content = "x" });

        Assert.Equal((429, "text/html", "30", null), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType, Header(response, "Retry-After"), Header(response, "X-RateLimit-Scope")));
    }

    [Fact]
    public async Task Should_limit_each_channel()
    {
        Discord.LimitsRate = true;
        for (var left = 4; left >= 0; left--)
        {
            using var passed = await Client.Send("POST", Messages, new { content = "x" });
            Assert.Equal(("5", $"{left}", "5.000"), (Header(passed, "X-RateLimit-Limit"), Header(passed, "X-RateLimit-Remaining"), Header(passed, "X-RateLimit-Reset-After")));
        }

        time.Advance(2 * Second);
        using var refused = await Client.Send("POST", Messages, new { content = "x" });
        Assert.Equal((429, "3", "3.000", "0"), ((int)refused.StatusCode, Header(refused, "Retry-After"), Header(refused, "X-RateLimit-Reset-After"), Header(refused, "X-RateLimit-Remaining")));
        await Client.Call("POST", $"/channels/{Guild.AddChannel("other").Id}/messages", new { content = "x" });
        await Client.Call("PATCH", $"{Messages}/{Channel.Messages[0].Id}", new { content = "y" });
        Assert.Equal(0, Discord.CallsInsideWindows);
        time.Advance(3 * Second);
        await Client.Call("POST", Messages, new { content = "x" });
    }

    [Fact]
    public async Task Should_limit_all_but_interactions()
    {
        await Client.Call("POST", $"/applications/{Bot.Id}/commands", new { name = "ping", description = "Answers" });
        Discord.LimitsRate = true;
        for (var number = 0; number < 50; number++)
            await Client.Call("GET", "/users/@me");
        using var refused = await Client.Send("GET", "/users/@me");
        Assert.Equal((429, "true"), ((int)refused.StatusCode, Header(refused, "X-RateLimit-Global")));

        var ping = Channel.Use(Ann, "ping");
        await Client.Call("POST", $"/interactions/{ping.Id}/{ping.Token}/callback", new { type = 5 });
        time.Advance(Second);
        await Client.Call("GET", "/users/@me");
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}

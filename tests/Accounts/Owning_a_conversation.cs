using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Owning_a_conversation(AccountsSystem shared)
{
    [Fact]
    public async Task Should_keep_the_chats_of_two_accounts_apart_that_have_the_same_id()
    {
        var (system, host, _) = await shared.Get();
        var (first, second) = (await TestAccount.Create(system.Database, AccountRoles.User), await TestAccount.Create(system.Database, AccountRoles.User));
        Assert.Equal("[demo] You said: one\n\nI was shown 2 messages.", await Handle(host, first, "one"));
        Assert.Equal("[demo] You said: two\n\nI was shown 2 messages.", await Handle(host, second, "two"));
        Assert.Equal("[demo] You said: three\n\nI was shown 4 messages.", await Handle(host, first, "three"));

        // Nor does one of them end the chat of the other.
        Assert.Equal(1, (await host.Http.Call("POST", "/v1/chat/reset", new { chat_id = "the same" }, second.Key)).Json.GetProperty("reset_sessions").GetInt32());
        Assert.Equal("[demo] You said: four\n\nI was shown 6 messages.", await Handle(host, first, "four"));
    }

    [Fact]
    public async Task Should_list_ones_own_and_all_to_who_may_see_all()
    {
        var (system, host, other) = await shared.Get();
        var (owner, viewer) = (await TestAccount.Create(system.Database, AccountRoles.User), await TestAccount.Create(system.Database, AccountRoles.Viewer));
        var own = (await host.Http.Call("POST", "/conversations", token: owner.Token)).Text("session_id");
        var local = await host.Http.CreateSession();

        Assert.Equal([own], await Listed(other, owner));
        Assert.Empty(await Listed(other, viewer));
        var all = await Listed(other, viewer, "?of=all");
        Assert.Contains(own, all);
        Assert.Contains($"{local}", all);
        Assert.Equal(400, (await host.Http.Call("GET", "/conversations?of=others", token: viewer.Token)).Status);
        // Nothing is opened, said or removed by who may only look.
        Assert.Equal(403, (await host.Http.Call("DELETE", $"/conversations/{own}", token: viewer.Token)).Status);
        Assert.Equal(200, (await host.Http.Call("GET", $"/conversations/{own}/history", token: owner.Token)).Status);
    }

    [Theory]
    [InlineData("api", "session", null, null, null, "local")]
    [InlineData("api", "session", "user:550e8400-e29b-41d4-a716-446655440000", null, null, "user:550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("telegram", "1234", null, null, null, "telegram:1234")]
    [InlineData("telegram", "-1001234", null, null, "7", null)]
    [InlineData("discord", "1234", null, null, "7", "discord:7")]
    [InlineData("discord", "1234", null, null, null, null)]
    [InlineData("discord", "1234", null, "99", "7", null)]
    [InlineData("another", "1234", null, null, "7", null)]
    public void Should_follow_from_where_it_takes_place(string platform, string place, string? part, string? guild, string? author, string? owner) =>
        Assert.Equal(owner, Owners.Of(new Origin(platform, "bot", place, null, part, guild), author));

    private static Task<string> Handle(HostProcess host, TestAccount account, string text) => Text(
        host.Http.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "the same", text }, account.Key));

    private static async Task<string> Text(Task<Answered> answer) => (await answer).Text("text");

    private static async Task<IReadOnlyList<string>> Listed(HostProcess host, TestAccount account, string query = "") =>
        [.. (await host.Http.Call("GET", $"/conversations{query}", token: account.Token)).Json.GetProperty("conversations").EnumerateArray().Select(one => one.GetProperty("session_id").GetString()!)];
}

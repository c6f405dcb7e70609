using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Changing_what_a_bot_said : FakeDiscordTest
{
    private readonly FakeTime time = new();

    internal override TimeProvider Time => time;

    private string Messages => $"/channels/{Channel.Id}/messages";

    [Fact]
    public async Task Should_leave_what_is_not_spoken_of()
    {
        var id = await Say(new { content = "one", components = new[] { new { type = 1, components = new[] { new { type = 2, style = 1, label = "x", custom_id = "a" } } } } });
        await Client.Call("PATCH", $"{Messages}/{id}", new { content = "two" });
        Assert.Equal(("two", "a", "one"), (Channel[id].Text, Assert.Single(Channel[id].CustomIds), Assert.Single(Channel[id].Edits).Text));

        await Client.Call("PATCH", $"{Messages}/{id}", new { components = Array.Empty<object>(), flags = 4 });
        Assert.Equal(("two", 0, 4), (Channel[id].Text, Channel[id].Components.Count, Channel[id].Flags));
        Assert.Equal("400 50006 Cannot send an empty message", await Client.Refusal("PATCH", $"{Messages}/{id}", new { content = "" }));
        Assert.Equal("BASE_TYPE_MAX_LENGTH", (await Client.Wrong("PATCH", $"{Messages}/{id}", new { content = new string('x', 2001) }, "content")).Code);
    }

    [Fact]
    public async Task Should_keep_the_files_that_are_named()
    {
        using var body = new MultipartFormDataContent { { new StringContent("a"), "files[0]", "a.txt" }, { new StringContent("b"), "files[1]", "b.txt" } };
        await Client.Call("POST", Messages, body);
        var message = Channel.Messages[0];
        await Client.Call("PATCH", $"{Messages}/{message.Id}", new { content = "x" });
        Assert.Equal(2, Channel[message.Id].Attachments.Count);

        await Client.Call("PATCH", $"{Messages}/{message.Id}", new { attachments = new[] { new { id = $"{message.Attachments[1].Id}" } } });
        Assert.Equal("b.txt", Assert.Single(Channel[message.Id].Attachments).Name);
    }

    [Fact]
    public async Task Should_not_be_possible_with_what_others_said()
    {
        var id = Channel.Say(Ann, "Hello");
        Assert.Equal("403 50005 Cannot edit a message authored by another user", await Client.Refusal("PATCH", $"{Messages}/{id}", new { content = "x" }));
        Assert.Equal("403 50013 Missing Permissions", await Client.Refusal("DELETE", $"{Messages}/{id}"));
        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("PATCH", $"{Messages}/1", new { content = "x" }));
    }

    [Fact]
    public async Task Should_have_an_end_for_old_messages()
    {
        Discord.OldEditsLeft = 1;
        var id = await Say(new { content = "0" });
        await Client.Call("PATCH", $"{Messages}/{id}", new { content = "1" });
        time.Advance(TimeSpan.FromMinutes(61));
        await Client.Call("PATCH", $"{Messages}/{id}", new { content = "2" });

        Assert.Equal("429 30046 Maximum number of edits to messages older than 1 hour reached. Try again later", await Client.Refusal("PATCH", $"{Messages}/{id}", new { content = "3" }));
    }

    [Fact]
    public async Task Should_take_it_away()
    {
        var id = await Say(new { content = "x" });
        using var response = await Client.Send("DELETE", $"{Messages}/{id}");

        Assert.Equal((204, null), ((int)response.StatusCode, response.Content.Headers.ContentType));
        Assert.True(Channel[id].IsDeleted);
        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("DELETE", $"{Messages}/{id}"));
        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("GET", $"{Messages}/{id}"));
    }

    [Fact]
    public async Task Should_react_and_take_it_back()
    {
        var id = Channel.Say(Ann, "Hello");
        await Client.Call("PUT", $"{Messages}/{id}/reactions/%F0%9F%91%8D/@me");
        await Client.Call("PUT", $"{Messages}/{id}/reactions/abc%3A123/@me");
        Assert.Equal(["👍", "abc:123"], Channel[id].Reactions.Select(reaction => reaction.Emoji));
        Assert.Equal("400 10014 Unknown Emoji", await Client.Refusal("PUT", $"{Messages}/{id}/reactions/abc/@me"));

        await Client.Call("DELETE", $"{Messages}/{id}/reactions/%F0%9F%91%8D/@me");
        Assert.Equal("abc:123", Assert.Single(Channel[id].Reactions).Emoji);
    }

    private async Task<ulong> Say(object body)
    {
        await Client.Call("POST", Messages, body);
        return Channel.Messages[^1].Id;
    }
}

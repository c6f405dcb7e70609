using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Hearing_what_was_asked_for : FakeDiscordTest
{
    [Fact]
    public async Task Should_be_all_of_a_message()
    {
        var role = Guild.AddRole("Cats");
        Guild.AddMember(Ann, role);
        await using var client = await GatewayClient.Begin(Bot);
        var first = Channel.Say(Ben, "Hello");
        await client.Hears("MESSAGE_CREATE");
        Channel.Say(Ann, $"{Bot.Mention} {role.Mention}", first);

        var heard = await client.Hears("MESSAGE_CREATE");
        Assert.Equal($"{Guild.Id} {Channel.Id} {Ann.Id}", $"{heard["guild_id"]} {heard["channel_id"]} {heard["author"]!["id"]}");
        Assert.Equal($$"""["{{role.Id}}"]""", heard["member"]!["roles"]!.ToJsonString());
        Assert.Equal([$"{Bot.Id}", $"{Ben.Id}"], heard["mentions"]!.AsArray().Select(user => (string)user!["id"]!));
        Assert.Equal($$"""["{{role.Id}}"]""", heard["mention_roles"]!.ToJsonString());
        Assert.Equal(("Hello", $"{first}"), ((string)heard["referenced_message"]!["content"]!, (string)heard["message_reference"]!["message_id"]!));
        Assert.False(heard["author"]!.AsObject().ContainsKey("bot"));
    }

    [Fact]
    public async Task Should_be_without_words_where_they_are_not_meant_for_the_bot()
    {
        await using var client = await GatewayClient.Begin(Bot, Intents.Guilds | Intents.GuildMessages | Intents.DirectMessages);
        Channel.Say(Ann, "secret", null, FakeFile.Text("a.txt", "a"));
        Channel.Say(Ann, $"{Bot.Mention} open");
        Bot.PrivateChannel(Ann).Say("private");
        await Client.Call("POST", $"/channels/{Channel.Id}/messages", new { content = "own" });

        var secret = await client.Hears("MESSAGE_CREATE");
        Assert.Equal(("", "[]"), ((string)secret["content"]!, secret["attachments"]!.ToJsonString()));
        foreach (var text in (string[])[$"{Bot.Mention} open", "private", "own"])
            Assert.Equal(text, (string)(await client.Hears("MESSAGE_CREATE"))["content"]!);
    }

    [Fact]
    public async Task Should_be_nothing_else()
    {
        await using var client = await GatewayClient.Begin(Bot, Intents.DirectMessages);
        Channel.Say(Ann, "Hello");
        Channel.StartTyping(Ann);
        Guild.AddThread(Channel, "Cats");
        Guild.AddMember(Ben);
        await Client.Call("POST", $"/applications/{Bot.Id}/commands", new { name = "ping", description = "Answers" });
        var ping = Channel.Use(Ann, "ping");
        var said = Bot.PrivateChannel(Ann).Say("Hello");

        Assert.Equal($"{ping.Id}", (string)(await client.Hears("INTERACTION_CREATE"))["id"]!);
        Assert.Equal($"{said}", (string)(await client.Hears("MESSAGE_CREATE"))["id"]!);
    }

    [Fact]
    public async Task Should_not_come_from_where_the_bot_may_not_look()
    {
        var other = Discord.AddBot("other", "other");
        var hidden = Guild.AddChannel("hidden");
        hidden.Deny(Bot, Permissions.ViewChannel);
        var elsewhere = Discord.AddGuild("Elsewhere", other).AddChannel("general");
        await using var client = await GatewayClient.Begin(Bot);
        hidden.Say(Ann, "Hello");
        elsewhere.Say(Ann, "Hello");
        var said = Channel.Say(Ann, "Hello");

        Assert.Equal($"{said}", (string)(await client.Hears("MESSAGE_CREATE"))["id"]!);
        Assert.Equal("403 50001 Missing Access", await Client.Refusal("GET", $"/channels/{hidden.Id}/messages"));
        Assert.Equal("403 50001 Missing Access", await Client.Refusal("GET", $"/channels/{elsewhere.Id}"));
    }

    [Fact]
    public async Task Should_tell_of_what_people_do()
    {
        await using var client = await GatewayClient.Begin(Bot, GatewayClient.Usual | Intents.GuildMessageTyping | Intents.GuildMessageReactions);
        Channel.StartTyping(Ann);
        Assert.Equal($"{Ann.Id}", (string)(await client.Hears("TYPING_START"))["user_id"]!);
        var ids = new[] { Channel.Say(Ann, "one"), Channel.Say(Ben, "two"), Channel.Say(Ben, "three") };
        foreach (var _ in ids)
            await client.Hears("MESSAGE_CREATE");
        Channel.Edit(ids[0], "1");
        var edited = await client.Hears("MESSAGE_UPDATE");
        Assert.Equal("1", (string)edited["content"]!);
        Assert.NotNull(edited["edited_timestamp"]);
        Channel.React(Ben, ids[0], "👍");
        Assert.Equal("👍", (string)(await client.Hears("MESSAGE_REACTION_ADD"))["emoji"]!["name"]!);
        Channel.Delete(ids[0]);
        Assert.Equal($"{ids[0]}", (string)(await client.Hears("MESSAGE_DELETE"))["id"]!);
        Channel.BulkDelete(ids[1], ids[2]);
        Assert.Equal($$"""["{{ids[1]}}","{{ids[2]}}"]""", (await client.Hears("MESSAGE_DELETE_BULK"))["ids"]!.ToJsonString());
        Assert.Empty(Channel.Visible);
    }

    [Fact]
    public async Task Should_be_of_every_kind()
    {
        await using var client = await GatewayClient.Begin(Bot);
        var said = Channel.Say(Ann, "Hello");
        Channel.Announce(Ben, 7);
        Channel.Announce(Ann, 6, said);
        Channel.SendSticker(Ann, "Wave");
        Channel.SayAs("Hook", "From a hook");
        Channel.Say(new FakeUser(500, "other") { IsBot = true }, "From another bot");

        Assert.Equal(0, (int)(await client.Hears("MESSAGE_CREATE"))["type"]!);
        Assert.Equal(7, (int)(await client.Hears("MESSAGE_CREATE"))["type"]!);
        var pin = await client.Hears("MESSAGE_CREATE");
        Assert.Equal((6, $"{said}"), ((int)pin["type"]!, (string)pin["message_reference"]!["message_id"]!));
        Assert.Equal("Wave", (string)(await client.Hears("MESSAGE_CREATE"))["sticker_items"]![0]!["name"]!);
        var hook = await client.Hears("MESSAGE_CREATE");
        Assert.Equal(("Hook", true, false), ((string)hook["author"]!["username"]!, hook.ContainsKey("webhook_id"), hook.ContainsKey("member")));
        Assert.True((bool)(await client.Hears("MESSAGE_CREATE"))["author"]!["bot"]!);
    }

    [Fact]
    public async Task Should_tell_of_a_guild_that_comes_and_goes()
    {
        await using var client = await GatewayClient.Begin(Bot);
        var other = Discord.AddGuild("Abroad", Bot);
        Assert.Equal($"{other.Id}", (string)(await client.Hears("GUILD_CREATE"))["id"]!);
        other.BecomeUnavailable();
        Assert.True((bool)(await client.Hears("GUILD_DELETE"))["unavailable"]!);
        other.BecomeAvailable();
        await client.Hears("GUILD_CREATE");
        var channel = other.AddChannel("general", other.AddCategory("All"));
        await client.Hears("CHANNEL_CREATE");
        Assert.Equal($"{channel.Parent!.Id}", (string)(await client.Hears("CHANNEL_CREATE"))["parent_id"]!);
        var thread = other.AddThread(channel, "Cats");
        Assert.True((bool)(await client.Hears("THREAD_CREATE"))["newly_created"]!);
        other.Delete(thread);
        Assert.Equal($"{thread.Id}", (string)(await client.Hears("THREAD_DELETE"))["id"]!);
        other.Delete(channel);
        await client.Hears("CHANNEL_DELETE");
        channel = other.AddChannel("again");
        await client.Hears("CHANNEL_CREATE");
        channel.Deny(Bot, Permissions.SendMessages);
        var changed = await client.Hears("CHANNEL_UPDATE");
        Assert.Equal("2048", (string)changed["permission_overwrites"]![0]!["deny"]!);
        other.Remove(Bot);
        var gone = await client.Hears("GUILD_DELETE");
        Assert.Equal(($"{other.Id}", false), ((string)gone["id"]!, gone.ContainsKey("unavailable")));
        Assert.Equal("403 50001 Missing Access", await Client.Refusal("POST", $"/channels/{channel.Id}/messages", new { content = "Hello" }));
    }
}

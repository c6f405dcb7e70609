using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A client that was not made for the fake takes it for Discord.</summary>
public sealed class A_stock_client_and_the_fake : FakeDiscordTest
{
    [Fact]
    public async Task Should_begin_as_with_Discord()
    {
        await using var stock = await StockBot.Start(Bot);

        Assert.Equal("GET /gateway/bot", $"{Discord.Calls[0].Method} {Discord.Calls[0].Path}");
        Assert.StartsWith("DiscordBot (https://discord.js.org", Discord.Calls[0].UserAgent, StringComparison.Ordinal);
        var identify = Assert.Single(Discord.Gateway.Identifies);
        Assert.Equal((Bot, 0, 1, "READY"), (identify.Bot, identify.Shard, identify.Shards, identify.Outcome));
        Assert.Equal(["ping", "think", "whisper", "form"], Bot.Commands.Select(command => (string)command["name"]!));
    }

    [Fact]
    public async Task Should_talk()
    {
        await using var stock = await StockBot.Start(Bot);
        var said = Channel.Say(Ann, "Hello 😀");

        var answer = await Channel.Shows("Hello 😀");
        Assert.Equal((said, 19, Bot.User), (answer.ReplyTo, answer.Type, answer.Author));
        Assert.Equal([Ann.Id], answer.Pings.Users);
        await stock.Says("heard: Hello 😀");
    }

    [Fact]
    public async Task Should_talk_in_private()
    {
        var channel = Bot.PrivateChannel(Ann);
        await using var stock = await StockBot.Start(Bot);
        channel.Say("Hello");

        await channel.Shows("Hello");
    }

    [Fact]
    public async Task Should_edit()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!edit");

        Assert.Equal("one", Assert.Single((await Channel.Shows("two")).Edits).Text);
    }

    [Fact]
    public async Task Should_delete()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!delete");

        await Channel.Shows("deleted");
        Assert.True(Assert.Single(Channel.Messages, message => message.Text == "gone").IsDeleted);
    }

    [Fact]
    public async Task Should_send_a_file()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!file");

        var file = Assert.Single((await Channel.Shows("Here it is")).Attachments);
        Assert.Equal(("some.txt", "a text", "some text"), (file.Name, file.Description, System.Text.Encoding.UTF8.GetString(file.Content.Span)));
    }

    [Fact]
    public async Task Should_read_a_file()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!read", null, FakeFile.Text("a.txt", "what Ann wrote"));

        await Channel.Shows("read: what Ann wrote");
    }

    [Fact]
    public async Task Should_look_back()
    {
        foreach (var text in (string[])["1", "2", "3", "4"])
            Channel.Say(Ann, text);
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!history");

        await Channel.Shows("4,3,2");
    }

    [Fact]
    public async Task Should_show_that_it_writes_and_react()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!type");
        var said = Channel.Say(Ann, "!react");

        await Channel.Until(channel => channel.Typings.Any(typing => typing.User == Bot.User));
        await Channel.Until(channel => channel[said].Reactions.Contains(new FakeReaction(Bot.User, "👍")));
    }

    [Fact]
    public async Task Should_be_told_what_is_wrong()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!long");

        await stock.Says("failed: 50035 Invalid Form Body");
        await stock.Says("content[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length.");
    }

    [Fact]
    public async Task Should_see_a_thread_and_that_it_was_thrown_out()
    {
        await using var stock = await StockBot.Start(Bot);
        var thread = Guild.AddThread(Channel, "Cats");
        await stock.Says("thread: Cats");
        thread.Say(Ann, "Meow");
        await thread.Shows("Meow");

        Guild.Remove(Bot);
        await stock.Says("left: Home");
    }
}

using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A client that was not made for the fake, asked with commands and buttons.</summary>
public sealed class A_stock_client_and_interactions : FakeDiscordTest
{
    [Fact]
    public async Task Should_reply_to_a_command()
    {
        await using var stock = await StockBot.Start(Bot);
        var ping = Channel.Use(Ann, "ping");

        var pong = await ping.Shows("pong");
        Assert.Equal((4, false), (ping.Acknowledged!.Type, ping.IsEphemeral));
        Assert.Equal(pong, Assert.Single(Channel.Answers));
        await Discord.Until(now => now.Calls.Single(call => call.Route.EndsWith("/callback", StringComparison.Ordinal)).Status == 204);
        await stock.Says("heard: pong");
    }

    [Fact]
    public async Task Should_reply_to_a_command_in_private()
    {
        await using var stock = await StockBot.Start(Bot);
        await Bot.PrivateChannel(Ann).Use(Ann, "ping").Shows("pong");
    }

    [Fact]
    public async Task Should_think_and_follow_up()
    {
        await using var stock = await StockBot.Start(Bot);
        var thinking = Channel.Use(Ann, "think", ("what", "cats"));

        var thought = await thinking.Shows("thought of cats");
        Assert.Equal((5, false), (thinking.Acknowledged!.Type, thought.IsLoading));
        var more = await thinking.Shows("and more");
        Assert.True(more.IsEphemeral);
        Assert.Equal(thought.Id, more.ReplyTo);
        Assert.Equal(thought, Assert.Single(Channel.Visible));
        Assert.Equal([thought.Id, more.Id], Channel.VisibleTo(Ann).Select(message => message.Id));
        Assert.Equal([thought.Id], Channel.VisibleTo(Ben).Select(message => message.Id));
    }

    [Fact]
    public async Task Should_whisper()
    {
        await using var stock = await StockBot.Start(Bot);
        var whisper = Channel.Use(Ann, "whisper");

        await whisper.Shows("psst");
        await stock.Says("whispered: psst");
        Assert.True(whisper.IsEphemeral);
        Assert.Empty(Channel.Visible);
    }

    [Fact]
    public async Task Should_change_the_message_whose_button_was_pressed()
    {
        await using var stock = await StockBot.Start(Bot);
        Channel.Say(Ann, "!buttons");
        var welcome = await Channel.Shows("Welcome");
        Assert.Equal(["pressed"], welcome.CustomIds);

        var press = Channel.Press(Ben, welcome.Id, "pressed");

        var pressed = await Channel.Shows("Pressed by ben");
        Assert.Equal((welcome.Id, 7), (pressed.Id, press.Acknowledged!.Type));
        Assert.Empty(pressed.CustomIds);
        Assert.Throws<ArgumentException>(() => Channel.Press(Ben, welcome.Id, "pressed"));
    }

    [Fact]
    public async Task Should_show_a_form_and_read_it()
    {
        await using var stock = await StockBot.Start(Bot);
        var form = Channel.Use(Ann, "form");
        await form.Until(interaction => interaction.Data is not null);

        await Channel.Submit(form, ("name", "Anna")).Shows("Hello Anna");
    }

    [Fact]
    public async Task Should_know_no_command_that_was_not_offered()
    {
        await using var stock = await StockBot.Start(Bot);
        Assert.Throws<ArgumentException>(() => Channel.Use(Ann, "pong"));
        Assert.Throws<ArgumentException>(() => Channel.Use(Ann, "think"));
        Assert.Throws<ArgumentException>(() => Channel.Use(Ann, "ping", ("what", "cats")));
    }
}

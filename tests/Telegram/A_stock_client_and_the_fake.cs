using System.Text.Json.Nodes;
using Bus.Fakes.Telegram;
using Xunit;

namespace Bus.Tests.Telegram;

/// <summary>A client that was not made for the fake takes it for Telegram.</summary>
public sealed class A_stock_client_and_the_fake : FakeTelegramTest
{
    [Fact]
    public async Task Should_begin_as_with_Telegram()
    {
        await using var stock = await StockBot.Start(Bot);
        await Telegram.Until(_ => Bot.IsPolling);

        // It asks for the first two at once.
        Assert.Equal(["deleteWebhook", "getMe"], Telegram.Calls.Take(2).Select(call => call.Method).Order());
        Assert.Equal("getUpdates", Telegram.Calls[2].Method);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"offset":1,"timeout":30,"allowed_updates":[]}"""), Telegram.Calls[2].Arguments), $"{Telegram.Calls[2]}");
    }

    [Fact]
    public async Task Should_talk()
    {
        await using var stock = await StockBot.Start(Bot);
        var said = Chat.Say("Hello 😀");

        var answer = await Chat.Shows("Hello 😀");
        Assert.Equal(said, answer.ReplyTo);
    }

    [Fact]
    public async Task Should_press_a_button()
    {
        await using var stock = await StockBot.Start(Bot);
        Chat.Say("/start");
        var welcome = await Chat.Shows("Welcome");

        Chat.Press(Ann, welcome.Id, "pressed");

        var pressed = await Chat.Shows("Pressed by Ann");
        Assert.Equal(welcome.Id, pressed.Id);
        Assert.Empty(pressed.Buttons);
        Assert.Equal("Welcome", Assert.Single(pressed.Edits).Text);
        await Telegram.Until(now => now.Calls.SingleOrDefault(call => call.Method == "answerCallbackQuery")?.Status == 200);
    }

    [Fact]
    public async Task Should_edit_only_what_is_different()
    {
        await using var stock = await StockBot.Start(Bot);
        Chat.Say("/edit");

        await stock.Says("refused: Bad Request: message is not modified");
        Assert.Equal("one", Assert.Single((await Chat.Shows("two")).Edits).Text);
    }

    [Fact]
    public async Task Should_send_a_file()
    {
        await using var stock = await StockBot.Start(Bot);
        Chat.Say("/file");

        var message = await Chat.Shows("Here it is");
        Assert.Equal(("some.txt", "some text"), (message.File!.Name, System.Text.Encoding.UTF8.GetString(message.File.Content.Span)));
        Assert.Equal(new FakeEntity("bold", 5, 2), Assert.Single(message.Entities));
    }

    [Fact]
    public async Task Should_take_an_album()
    {
        await using var stock = await StockBot.Start(Bot);
        Chat.SendAlbum(Ann, [new byte[3], new byte[5]], "Two");

        await Chat.Shows("3 bytes of an album: Two");
        await Chat.Until(chat => chat.Answers.Any(message => message.Text == "5 bytes of an album:"));
    }

    [Fact]
    public async Task Should_wait_as_long_as_told()
    {
        Telegram.Fail("sendMessage", Chat.Id, Failure.TooMany(1, staysInForce: true));
        await using var stock = await StockBot.Start(Bot);
        Chat.Say("Patience");

        await Chat.Shows("Patience");
        await stock.Says("waits: 1");
        await Telegram.Until(now => now.Calls.Where(call => call.Method == "sendMessage").Select(call => call.Status).SequenceEqual([429, 200]));
        Assert.Equal(0, Telegram.CallsInsideWindows);
    }

    [Fact]
    public async Task Should_end_when_another_one_begins()
    {
        await using var stock = await StockBot.Start(Bot);
        await Telegram.Until(_ => Bot.IsPolling);
        await using var other = await StockBot.Start(Bot);

        await stock.Says("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
    }

    [Fact]
    public async Task Should_confirm_what_it_has_when_it_stops()
    {
        await using var stock = await StockBot.Start(Bot);
        Chat.Say("Hello");
        await Chat.Shows("Hello");
        await Telegram.Until(_ => Bot.IsPolling);

        await stock.Terminate();

        await stock.Says("stopped");
        Assert.Equal(0, Bot.PendingUpdates);
        Assert.Equal("1", Telegram.Calls[^1].Arguments["limit"]?.ToJsonString());
    }

    [Fact]
    public async Task Should_hear_through_a_webhook()
    {
        await using var stock = await StockBot.Start(Bot, "s3cret_");
        Chat.Say("Hello");

        await Chat.Shows("Hello");
        await Telegram.Until(_ => Bot.PendingUpdates == 0);
        Assert.DoesNotContain(Telegram.Calls, call => call.Method == "getUpdates");
    }

    [Fact]
    public async Task Should_not_hear_through_a_webhook_without_the_secret()
    {
        (Telegram.SendsWebhookSecret, Telegram.WebhookPause) = (false, TimeSpan.FromMilliseconds(100));
        await using var stock = await StockBot.Start(Bot, "s3cret_");
        Chat.Say("Hello");
        await Telegram.Until(_ => Bot.WebhookError is not null);

        Assert.Equal("Wrong response from the webhook: 401 Unauthorized", Bot.WebhookError);
        Telegram.SendsWebhookSecret = true;
        await Chat.Shows("Hello");
    }

    [Fact]
    public async Task Should_answer_in_the_topic_it_was_asked_in()
    {
        var forum = Telegram.Supergroup("Forum", isForum: true);
        var topic = forum.AddTopic("Cats");
        await using var stock = await StockBot.Start(Bot);
        forum.Say(Ben, "@bus_bot hello", topic: topic);

        Assert.Equal(topic, (await forum.Shows("@bus_bot hello")).Topic);
    }
}

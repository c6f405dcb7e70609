using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Changing_what_a_bot_said : FakeTelegramTest
{
    private const string NotModified = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

    private static readonly object Button = new { inline_keyboard = new[] { new[] { new { text = "A", callback_data = "a" } } } };

    [Fact]
    public async Task Should_be_seen_with_what_was_there_before()
    {
        var id = await Send("one");
        var edited = await Client.Result("editMessageText", new { chat_id = 100, message_id = id, text = "two" });

        Assert.Equal(("two", true), ((string?)edited["text"], edited["edit_date"] is not null));
        Assert.Equal(["one"], (await Chat.Shows("two")).Edits.Select(edit => edit.Text));
        Assert.Empty((await Client.Result("getUpdates")).AsArray());
    }

    [Fact]
    public async Task Should_be_refused_when_nothing_changes()
    {
        var id = await Send("same");
        Assert.Equal(NotModified, await Client.Refusal("editMessageText", new { chat_id = 100, message_id = id, text = " same " }));
        await Client.Result("editMessageText", new { chat_id = 100, message_id = id, text = "same", reply_markup = Button });
        Assert.Equal(NotModified, await Client.Refusal("editMessageText", new { chat_id = 100, message_id = id, text = "same", reply_markup = Button }));
        await Client.Result("editMessageText", new { chat_id = 100, message_id = id, text = "same" });
        Assert.Empty(Chat[id].Buttons);
    }

    [Fact]
    public async Task Should_need_a_message_of_its_own()
    {
        Chat.Say("mine");
        Assert.Equal("Bad Request: message can't be edited", await Client.Refusal("editMessageText", new { chat_id = 100, message_id = 1, text = "x" }));
        Assert.Equal("Bad Request: message to edit not found", await Client.Refusal("editMessageText", new { chat_id = 100, message_id = 2, text = "x" }));
    }

    [Fact]
    public async Task Should_be_impossible_once_it_is_deleted()
    {
        var id = await Send("gone");
        await Client.Result("deleteMessage", new { chat_id = 100, message_id = id });

        Assert.True(Chat[id].IsDeleted);
        Assert.Empty(Chat.Visible);
        Assert.Equal("Bad Request: message to edit not found", await Client.Refusal("editMessageText", new { chat_id = 100, message_id = id, text = "x" }));
        Assert.Equal("Bad Request: message to delete not found", await Client.Refusal("deleteMessage", new { chat_id = 100, message_id = id }));
        Assert.Equal("Bad Request: message to be replied not found", await Client.Refusal("sendMessage", new { chat_id = 100, text = "x", reply_parameters = new { message_id = id } }));
        var sent = await Client.Result("sendMessage", new { chat_id = 100, text = "x", reply_parameters = new { message_id = id, allow_sending_without_reply = true } });
        Assert.Null(sent["reply_to_message"]);
    }

    [Theory]
    [InlineData(0, "Bad Request: BUTTON_DATA_INVALID")]
    [InlineData(64, null)]
    [InlineData(65, "Bad Request: BUTTON_DATA_INVALID")]
    public async Task Should_take_buttons_with_little_data(int bytes, string? why) => Assert.Equal(why, await Client.Refusal("sendMessage", new
    {
        chat_id = 100,
        text = "x",
        reply_markup = new { inline_keyboard = new[] { new[] { new { text = "A", callback_data = new string('a', bytes) } } } },
    }));

    [Fact]
    public async Task Should_show_a_draft_until_there_is_a_message()
    {
        await Client.Result("sendMessageDraft", new { chat_id = 100, draft_id = 7, text = "Hel" });
        await Client.Result("sendMessageDraft", new { chat_id = 100, draft_id = 7, text = "Hello" });
        Assert.Equal("Hello", Assert.Single(Chat.Drafts).Text);
        Assert.Equal("Bad Request: draft_id must be non-zero", await Client.Refusal("sendMessageDraft", new { chat_id = 100, draft_id = 0, text = "x" }));

        await Send("Hello, Ann");

        Assert.Empty(Chat.Drafts);
        Telegram.HasDrafts = false;
        Assert.Equal("Not Found: method not found", await Client.Refusal("sendMessageDraft", new { chat_id = 100, draft_id = 7, text = "x" }));
    }

    [Fact]
    public async Task Should_show_a_draft_for_half_a_minute()
    {
        var time = new FakeTime();
        await using var telegram = await FakeTelegram.Start(time: time);
        var bot = telegram.AddBot(Token, "slow_bot");
        using var client = new BotClient(bot);
        var chat = bot.PrivateChat(Ann);
        await client.Result("sendMessageDraft", new { chat_id = chat.Id, draft_id = 7, text = "Hel" });

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(chat.Drafts);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(chat.Drafts);

        var group = telegram.Group("Friends");
        Assert.Equal("Bad Request: TEXTDRAFT_PEER_INVALID", await client.Refusal("sendMessageDraft", new { chat_id = group.Id, draft_id = 7, text = "x" }));
    }

    private async Task<long> Send(string text) => (long)(await Client.Result("sendMessage", new { chat_id = 100, text }))["message_id"]!;
}

using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Updates_of_every_kind(SharedTelegram shared)
{
    /// <summary>All that the Bot API names (https://core.telegram.org/bots/api#update), and some that it does not.</summary>
    private static readonly string[] Kinds =
    [
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message", "edited_business_message",
        "deleted_business_messages", "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
        "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
        "chat_boost", "removed_chat_boost", "stopped_message_generation", "something_new",
    ];

    private static readonly string?[] Bodies =
    [
        null, "null", "{}", "[]", "1", "\"text\"", """{"chat": null, "from": null}""", """{"message_id": "x"}""", """{"message_id": 1.5}""",
        """{"message_id": 1, "chat": {"id": 99999999999999999999999}}""", """{"message_id": 1, "chat": {"id": 9007199254740993, "type": "private"}, "text": null}""",
        """{"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": true}, "text": "from a bot"}""",
        """{"message_id": 1, "date": 1, "chat": {"id": -5, "type": "group"}, "text": "from nobody"}""",
        """{"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "entities": [{"type": "mention", "offset": 2000000000, "length": 2000000000}]}""",
        """{"id": null, "from": {"id": 1}, "data": "stop:"}""", """{"id": "1", "from": {"id": 1}, "data": "stop:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""",
        """{"id": "1", "from": {"id": 1}}""", """{"chat": {"id": 1}, "new_chat_member": {"status": 7}}""",
    ];

    [Fact]
    public async Task Should_not_keep_others_waiting()
    {
        foreach (var kind in Kinds)
        {
            foreach (var body in Bodies)
                shared.Bot.Push(body is null ? new JsonObject() : new JsonObject { [kind] = JsonNode.Parse(body) });
        }

        var chat = shared.PrivateChat();
        chat.Say("still there?");
        await chat.Shows("[demo] You said: still there?\n\nI was shown 2 messages.");
        await shared.Telegram.Until(_ => shared.Bot.PendingUpdates == 0);
    }

    [Fact]
    public async Task Should_bear_large_ids()
    {
        var (user, chat) = (4_503_599_627_370_000L, 4_503_599_627_370_001L);
        shared.Bot.PrivateChat(new Fakes.Telegram.FakeUser(chat, "Large"));
        shared.Bot.Push(JsonNode.Parse(
            $$$"""{"message": {"message_id": 9007199254740993, "date": 1, "chat": {"id": {{{chat}}}, "type": "private"}, "from": {"id": {{{user}}}, "is_bot": false, "first_name": "Large"}, "text": "hello"}}""")!);
        var events = await shared.System.Events(
            new Origin(Platforms.Telegram, $"{shared.Bot.Id}", $"{chat}").ConversationId(), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(($"{user}", "9007199254740993"), (events.All<MessageReceived>()[0].Author, events.All<MessageReceived>()[0].Sent!.Id));
    }

    [Fact]
    public async Task Should_be_the_same_message_when_an_update_comes_again()
    {
        var chat = shared.PrivateChat();
        var update =
            $$$"""{"message": {"message_id": 77, "date": 1, "chat": {"id": {{{chat.Id}}}, "type": "private"}, "from": {"id": {{{chat.Id}}}, "is_bot": false, "first_name": "Ann"}, "text": "once\u0000"}}""";
        for (var times = 0; times < 3; times++)
            shared.Bot.Push(JsonNode.Parse(update)!);
        chat.Say("twice");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("twice", StringComparison.Ordinal))); // behind all those
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Equal(["once\uFFFD", "twice"], events.All<MessageReceived>().Select(message => message.Text));
        Assert.Equal(2, chat.Answers.Count);
    }
}

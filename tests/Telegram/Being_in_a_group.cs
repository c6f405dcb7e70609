using System.Text.Json.Nodes;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Being_in_a_group : FakeTelegramTest
{
    [Fact]
    public async Task Should_bring_what_is_meant_for_the_bot()
    {
        var group = Telegram.Group("Friends");
        group.Say(Ben, "just talking");
        group.Say(Ben, "/help");
        group.Say(Ben, "/help@other_bot");
        group.Say(Ben, "what says @BUS_bot?");
        var sent = await Client.Result("sendMessage", new { chat_id = group.Id, text = "This" });
        group.Say(Ben, "Really?", replyTo: (long)sent["message_id"]!);

        Assert.Equal(["/help", "what says @BUS_bot?", "Really?"], await Texts());
    }

    [Fact]
    public async Task Should_bring_all_when_privacy_is_off()
    {
        Bot.SeesAllMessages = true;
        Telegram.Group("Friends").Say(Ben, "just talking");
        Assert.Equal(["just talking"], await Texts());
        Assert.True((bool)(await Client.Result("getMe"))["can_read_all_group_messages"]!);
    }

    [Fact]
    public async Task Should_lead_to_the_supergroup_it_became()
    {
        var group = Telegram.Group("Friends");
        var supergroup = group.Migrate();

        var refusal = await Client.Call("sendMessage", new { chat_id = group.Id, text = "x" });
        Assert.Equal("Bad Request: group chat was upgraded to a supergroup chat", (string?)refusal["description"]);
        Assert.Equal(supergroup.Id, (long)refusal["parameters"]!["migrate_to_chat_id"]!);
        await Client.Result("sendMessage", new { chat_id = supergroup.Id, text = "x" });
        var messages = (await Client.Result("getUpdates")).AsArray().Select(update => update!["message"]!).ToList();
        Assert.Equal((supergroup.Id, group.Id), ((long)messages[0]["migrate_to_chat_id"]!, (long)messages[1]["migrate_from_chat_id"]!));
    }

    [Fact]
    public async Task Should_be_over_when_it_is_kicked()
    {
        var group = Telegram.Supergroup("Friends");
        group.Kick(Bot);
        Assert.Equal("Forbidden: bot was kicked from the supergroup chat", await Client.Refusal("sendMessage", new { chat_id = group.Id, text = "x" }));

        group.Add(Bot);

        await Client.Result("sendMessage", new { chat_id = group.Id, text = "x" });
        Assert.Equal(["my_chat_member", "my_chat_member", "message"], (await Client.Result("getUpdates")).AsArray().Select(update => update!.AsObject().Last().Key));
    }

    [Fact]
    public async Task Should_keep_topics_apart()
    {
        var forum = Telegram.Supergroup("Forum", isForum: true);
        var topic = forum.AddTopic("Cats");
        forum.Say(Ben, "@bus_bot hello", topic: topic);

        var message = (await Client.Result("getUpdates")).AsArray()[^1]!["message"]!;
        Assert.Equal((topic, true), ((long)message["message_thread_id"]!, (bool)message["is_topic_message"]!));
        Assert.Equal("Cats", (string?)message["reply_to_message"]!["forum_topic_created"]!["name"]);
        var sent = await Client.Result("sendMessage", new { chat_id = forum.Id, message_thread_id = topic, text = "Miau" });
        Assert.Equal(topic, forum[(long)sent["message_id"]!].Topic);
        await Client.Result("sendChatAction", new { chat_id = forum.Id, message_thread_id = topic, action = "typing" });
        Assert.Equal(("typing", topic), Assert.Single(forum.Actions) is var action ? (action.Action, action.Topic) : default);

        forum.DeleteTopic(topic);

        foreach (var unknown in (long[])[topic, 1, 999])
            Assert.Equal("Bad Request: message thread not found", await Client.Refusal("sendMessage", new { chat_id = forum.Id, message_thread_id = unknown, text = "x" }));
    }

    [Fact]
    public async Task Should_carry_the_thread_of_a_reply_where_there_are_no_topics()
    {
        var group = Telegram.Supergroup("Friends");
        var first = group.Say(Ben, "/one");
        group.Say(Ben, "/two", replyTo: group.Say(Ben, "/again", replyTo: first));

        var message = (await Client.Result("getUpdates")).AsArray()[^1]!["message"]!;
        Assert.Equal(first, (long)message["message_thread_id"]!);
        Assert.Null(message["is_topic_message"]);
    }

    [Fact]
    public async Task Should_let_only_those_who_run_it_delete()
    {
        var group = Telegram.Group("Friends");
        var said = group.Say(Ben, "rude");
        Assert.Equal("Bad Request: message can't be deleted", await Client.Refusal("deleteMessage", new { chat_id = group.Id, message_id = said }));
        group.Promote(Bot);
        await Client.Result("deleteMessage", new { chat_id = group.Id, message_id = said });
        Assert.True(group[said].IsDeleted);
    }

    [Fact]
    public async Task Should_not_be_open_to_a_stranger()
    {
        var group = Telegram.Group("Others", bots: []);
        Assert.Equal("Bad Request: chat not found", await Client.Refusal("sendMessage", new { chat_id = 999, text = "x" }));
        Assert.Equal("Forbidden: bot is not a member of the group chat", await Client.Refusal("sendMessage", new { chat_id = group.Id, text = "x" }));
        Assert.Equal("Bad Request: chat_id is empty", await Client.Refusal("sendMessage", new { text = "x" }));
    }

    [Fact]
    public async Task Should_not_be_heard_by_a_person_who_blocked_it()
    {
        Ann.Block(Bot);
        Assert.Equal("Forbidden: bot was blocked by the user", await Client.Refusal("sendMessage", new { chat_id = 100, text = "x" }));
        Assert.Throws<InvalidOperationException>(() => Chat.Say("x"));
        Ann.Unblock(Bot);
        await Client.Result("sendMessage", new { chat_id = 100, text = "x" });
    }

    private async Task<IEnumerable<string?>> Texts() => (await Client.Result("getUpdates") as JsonArray ?? []).Select(update => (string?)update!["message"]!["text"]);
}

using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Following_replies_and_changes(SharedDiscord shared)
{
    [Fact]
    public async Task Should_bring_the_chain_of_replies_into_the_context_even_where_the_log_has_not_seen_it()
    {
        var channel = await shared.Channel();
        await shared.Set(channel, "listen", "off");
        var (ann, ben) = (SharedDiscord.Somebody(), SharedDiscord.Somebody("Ben"));
        var first = channel.Say(ben, "The moon is made of cheese.");
        var second = channel.Say(ann, "Which one?", replyTo: first);
        for (var number = 0; number < 20; number++)
            channel.Say(ann, $"beside {number}");
        var third = channel.Say(ben, "Gouda.", replyTo: second);
        channel.Say(ann, $"{shared.Bot.Mention} is that so?", replyTo: third);

        // The instruction, three of the chain, the question; nobody listened to the rest.
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 5 messages.", StringComparison.Ordinal)));
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(["The moon is made of cheese.", "Which one?", "Gouda."], events.All<MessageReceived>()[0].Quoted!.Select(quote => quote.Text));
        Assert.Equal([0, 1, 2], events.All<ContextBuilt>()[0].Prompt.Parts[0].Quoted!);
    }

    [Fact]
    public async Task Should_not_show_twice_what_it_has_heard_lately()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        var heard = channel.Say(SharedDiscord.Somebody("Ben"), "The moon is made of cheese.");
        channel.Say(ann, $"{shared.Bot.Mention} is that so?", replyTo: heard);
        var answer = await channel.Until(now => now.Answers.FirstOrDefault(one => one.Text.EndsWith("I was shown 3 messages.", StringComparison.Ordinal)));

        await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        channel.Say(ann, "really?", replyTo: answer.Id);
        await channel.Until(now => now.Answers.Any(one => one.Text.EndsWith("I was shown 5 messages.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_take_each_chain_of_replies_for_a_conversation_where_that_is_set()
    {
        var channel = await shared.Channel();
        await shared.Set(channel, "scope", "reply");
        var (ann, ben) = (SharedDiscord.Somebody(), SharedDiscord.Somebody("Ben"));
        channel.Say(ann, $"{shared.Bot.Mention} one");
        var first = await channel.Until(now => now.Answers.FirstOrDefault(answer => answer.Text.Contains("one", StringComparison.Ordinal)));
        channel.Say(ben, $"{shared.Bot.Mention} two");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("two\n\nI was shown 2 messages.", StringComparison.Ordinal)));
        channel.Say(ben, "three", replyTo: first.Id);
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("three\n\nI was shown 4 messages.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_know_what_was_changed()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        var message = channel.Say(ann, $"{shared.Bot.Mention} my name is Ann");
        await channel.Until(now => now.Answers.Count == 1);
        channel.Edit(message, $"{shared.Bot.Mention} my name is Anne");

        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<MessageEdited>().Count == 1);
        Assert.Equal((events.All<MessageReceived>()[0].MessageId, "my name is Anne"), (events.All<MessageEdited>()[0].MessageId, events.All<MessageEdited>()[0].Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_not_show_models_what_was_deleted_unless_that_is_set(bool isKept)
    {
        var channel = await shared.Channel();
        if (isKept)
            await shared.Set(channel, "on_delete", "keep");
        var (ann, ben) = (SharedDiscord.Somebody(), SharedDiscord.Somebody("Ben"));
        var secret = channel.Say(ben, "my password is 1234");
        await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<MessageReceived>().Count == 1);
        channel.Delete(secret);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<MessageDeleted>().Count == 1);
        Assert.Equal(isKept, events.All<MessageDeleted>()[0].IsKept);

        channel.Say(ann, $"{shared.Bot.Mention} hello");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith($"I was shown {(isKept ? 3 : 2)} messages.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_take_its_answer_back_where_that_is_set()
    {
        var channel = await shared.Channel();
        await shared.Set(channel, "on_delete", "retract");
        var ann = SharedDiscord.Somebody();
        var question = channel.Say(ann, $"{shared.Bot.Mention} hello");
        await channel.Until(now => now.Answers.Count == 1);
        await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        channel.BulkDelete(question);

        await channel.Until(now => now.Answers.Count == 0);
        channel.Say(ann, $"{shared.Bot.Mention} again");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 2 messages.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_read_a_long_text_that_comes_as_a_file()
    {
        var chat = shared.PrivateChannel();
        var text = string.Join(' ', Enumerable.Range(1, 600).Select(number => $"word{number}"));
        chat.Say(text);

        await chat.Until(now => now.Answers.Count > 0);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<MessageReceived>().Count == 1);
        Assert.Equal((text, null), (events.All<MessageReceived>()[0].Text, events.All<MessageReceived>()[0].Attachments));
    }

    [Fact]
    public async Task Should_keep_a_file_whose_address_is_too_old_as_a_file()
    {
        var chat = shared.PrivateChannel();
        shared.Discord.Fail("GET /channels/*/messages/*", chat.Id, Failure.Status(404, 10008, "Unknown Message"), 5);
        var before = shared.Discord.AttachmentLifetime;
        shared.Discord.AttachmentLifetime = TimeSpan.FromSeconds(-1);
        chat.Say(new string('x', 3000));
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<MessageReceived>().Count == 1);
        shared.Discord.AttachmentLifetime = before;
        Assert.Equal(("", "message.txt"), (events.All<MessageReceived>()[0].Text, events.All<MessageReceived>()[0].Attachments![0].Name));
        await chat.Until(now => now.Answers.Count > 0);
    }

    [Fact]
    public async Task Should_take_what_is_only_a_sticker_or_a_picture()
    {
        var chat = shared.PrivateChannel();
        chat.SendSticker(chat.Recipient!, "Wave");
        await chat.Until(now => now.Answers.Count == 1);
        chat.Say(chat.Recipient!, "", null, new FakeFile("cat.png", "image/png", new byte[] { 1, 2, 3 }));
        await chat.Until(now => now.Answers.Count == 2);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<MessageReceived>().Count == 2);
        Assert.Equal([AttachmentKinds.Sticker, AttachmentKinds.Photo], events.All<MessageReceived>().Select(message => message.Attachments![0].Kind));
    }
}

using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Changing_a_message(SharedTelegram shared)
{
    [Fact]
    public async Task Should_be_kept_and_seen_by_models_from_then_on()
    {
        var chat = shared.PrivateChat();
        var first = chat.Say("my name is Ann");
        await chat.Until(now => now.Answers.Count == 1);
        chat.Edit(first, "my name is Anne");
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<MessageEdited>().Count == 1);
        Assert.Equal((events.All<MessageReceived>()[0].MessageId, "my name is Anne"), (events.All<MessageEdited>()[0].MessageId, events.All<MessageEdited>()[0].Text));

        chat.Say("what is my name?");
        await chat.Shows("[demo] You said: what is my name?\n\nI was shown 4 messages.");
        events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        var parts = events.All<ContextBuilt>()[1].Prompt.Parts;
        var edit = events.Single(stored => stored.Data is MessageEdited).Version;
        Assert.Equal([edit], parts[0].Versions);
        Assert.Equal(2, chat.Answers.Count);
    }

    [Fact]
    public async Task Should_be_answered_anew_where_that_is_set()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "on_edit", "answer");
        var first = chat.Say("one");
        await chat.Until(now => now.Answers.Count == 1);
        chat.Edit(first, "two");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: two", StringComparison.Ordinal)));
        chat.Edit(first, "three");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: three", StringComparison.Ordinal)));
        Assert.Equal(3, chat.Answers.Count);
    }

    [Fact]
    public async Task Should_change_a_message_that_still_waits()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:hang-after=2");
        await chat.Until(now => now.Drafts.Count == 1);
        var waiting = chat.Say("before");
        chat.Edit(waiting, "after");
        await Eventually.Get(
            () => shared.System.Scalar<string?>(
                "select body -> 'Waiting' -> 0 -> 'Edit' ->> 'Text' from conversation_state where id = $1", TelegramLog.Conversation(shared.Bot, chat)),
            text => text == "after");
        chat.Say("/stop");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: after", StringComparison.Ordinal)));
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Equal("before", events.All<MessageReceived>()[1].Text);
    }
}

using Bus.Contracts;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Trouble_while_answering(SharedTelegram shared)
{
    private const string Answer = "[demo] You said: hello\n\nI was shown 2 messages.";

    [Fact]
    public async Task Should_leave_Telegram_alone_as_long_as_it_wants_and_then_bring_the_answer_once()
    {
        var chat = shared.PrivateChat();
        shared.Telegram.Fail("sendMessage", chat.Id, Failure.TooMany(33, staysInForce: true));
        var before = shared.Telegram.CallsInsideWindows;
        chat.Say("hello");

        await chat.Shows(Answer);
        var calls = shared.Telegram.Calls.Where(call => call.ChatId == chat.Id).ToList();
        var refused = calls.Single(call => call.Status == 429).AnsweredAt!.Value;
        Assert.DoesNotContain(calls, call => call.At > refused && call.At < refused + TimeSpan.FromSeconds(33));
        Assert.Equal(before, shared.Telegram.CallsInsideWindows);
        Assert.Single(chat.Answers);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Empty(events.All<TurnFailed>());
    }

    [Fact]
    public async Task Should_leave_Telegram_alone_when_it_refuses_an_unfinished_answer()
    {
        var group = shared.Telegram.Supergroup("Patience", bots: [shared.Bot]);
        await shared.Set(group, "gather_seconds_in_groups", "0");
        group.Say(SharedTelegram.Somebody(), "@bus_bot demo:hang-after=3 hello");
        await group.Until(now => now.Answers.Count == 1);
        shared.Telegram.Fail("editMessageText", group.Id, Failure.TooMany(3, staysInForce: true));
        group.Say(SharedTelegram.Somebody(), "/stop@bus_bot");

        await group.Until(now => now.Answers[0].Text.EndsWith("(stopped)", StringComparison.Ordinal));
        var calls = shared.Telegram.Calls.Where(call => call.ChatId == group.Id).ToList();
        var refused = calls.Single(call => call.Status == 429).AnsweredAt!.Value;
        Assert.DoesNotContain(calls, call => call.At > refused && call.At < refused + TimeSpan.FromSeconds(3));
        Assert.Single(group.Answers);
    }

    [Theory]
    [InlineData("cut after", 2)]
    [InlineData("cut before", 1)]
    public async Task Should_mark_what_may_be_there_twice(string failure, int messages)
    {
        var chat = shared.PrivateChat();
        shared.Telegram.Fail("sendMessage", chat.Id, failure == "cut after" ? Failure.CutAfter : Failure.CutBefore);
        chat.Say("hello");
        await chat.Shows($"{Answer}\n\n(possibly sent twice)");
        Assert.Equal(messages, chat.Answers.Count);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(1, events.All<ReplyDelivered>()[0].PossibleRepeats);
    }

    [Fact]
    public async Task Should_not_send_again_what_may_be_there_where_that_is_set()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "on_possible_repeat", "hold");
        shared.Telegram.Fail("sendMessage", chat.Id, Failure.CutAfter);
        chat.Say("hello");
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Contains("not known", events.All<ReplyDelivered>()[0].Undelivered, StringComparison.Ordinal);
        Assert.Equal(Answer, Assert.Single(chat.Answers).Text);
    }

    [Fact]
    public async Task Should_change_the_message_in_which_the_answer_was_shown_as_often_as_it_takes()
    {
        var group = shared.Telegram.Supergroup("Edits", bots: [shared.Bot]);
        await shared.Set(group, "gather_seconds_in_groups", "0");
        shared.Telegram.Fail("editMessageText", group.Id, Failure.CutAfter);
        shared.Telegram.Fail("editMessageText", group.Id, Failure.ServerError);
        group.Say(SharedTelegram.Somebody(), "@bus_bot demo:words=200");
        await group.Until(now => now.Answers.Count == 1 && now.Answers[0].Text.EndsWith("word200", StringComparison.Ordinal) && !now.Answers[0].Buttons.Any());
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, group), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(0, events.All<ReplyDelivered>()[0].PossibleRepeats);
        Assert.Single(group.Answers);
    }

    [Fact]
    public async Task Should_say_it_anew_when_the_message_in_which_it_was_shown_is_gone()
    {
        var group = shared.Telegram.Supergroup("Gone", bots: [shared.Bot]);
        await shared.Set(group, "gather_seconds_in_groups", "0");
        group.Say(SharedTelegram.Somebody(), "@bus_bot demo:hang-after=3");
        var shown = await group.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        group.Delete(shown.Id);
        group.Say(SharedTelegram.Somebody(), "/stop@bus_bot");
        await group.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("(stopped)", StringComparison.Ordinal)));
        Assert.Single(group.Answers);
    }

    [Fact]
    public async Task Should_end_the_turn_when_its_person_blocks_the_bot()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:slow=1");
        await shared.System.State(TelegramLog.Conversation(shared.Bot, chat), "Generating");
        chat.User!.Block(shared.Bot);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Contains("blocked", events.All<ReplyDelivered>()[0].Undelivered, StringComparison.OrdinalIgnoreCase);

        chat.User.Unblock(shared.Bot);
        chat.Say("hello");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: hello", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_answer_in_the_chat_when_the_topic_is_gone()
    {
        var forum = shared.Telegram.Supergroup("Closing", isForum: true, bots: [shared.Bot]);
        await shared.Set(forum, "gather_seconds_in_groups", "0");
        await shared.Set(forum, "stream", "off");
        var topic = forum.AddTopic("Short");
        forum.Say(SharedTelegram.Somebody(), "@bus_bot demo:slow=0.6", topic: topic);
        await shared.System.State(TelegramLog.Conversation(shared.Bot, forum, topic), "Generating");
        forum.DeleteTopic(topic);
        var answer = await forum.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.Null(answer.Topic);
    }

    [Fact]
    public async Task Should_go_without_formatting_when_Telegram_does_not_take_it()
    {
        var chat = shared.PrivateChat();
        shared.Telegram.Fail("sendMessage", chat.Id, Failure.Status(400, "Bad Request: can't parse entities: something is wrong"));
        chat.Say("**hello**");
        await chat.Until(now => now.Answers.Any(answer => answer.Text == Answer && answer.Entities.Count == 0));
    }

    [Fact]
    public async Task Should_work_where_the_server_knows_no_drafts()
    {
        await using var telegram = await FakeTelegram.Start();
        telegram.HasDrafts = false;
        var bot = telegram.AddBot("1:x_y", "one_bot");
        var (system, _) = await TestSystem.Start(SharedTelegram.Settings(telegram, "1:x_y"));
        await using var own = system;
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("demo:hang-after=3");
        await chat.Until(now => now.Answers.Count == 1);
        chat.Say("/stop");
        await chat.Until(now => now.Answers.Count == 1 && now.Answers[0].Text.EndsWith("(stopped)", StringComparison.Ordinal));
        Assert.Equal(1, telegram.Calls.Count(call => call.Method == "sendMessageDraft"));
    }
}

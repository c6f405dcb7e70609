using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Talking_to_a_bot(SharedTelegram shared)
{
    [Fact]
    public async Task Should_be_answered_in_a_private_chat_with_what_was_said_before_in_mind()
    {
        var chat = shared.PrivateChat();
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        chat.Say("again");
        await chat.Shows("[demo] You said: again\n\nI was shown 4 messages.");

        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        events.ShouldBeSound();
        Assert.Equal(chat.Answers.Select(answer => $"{answer.Id}"), events.All<ReplyDelivered>().SelectMany(delivered => delivered.PlatformMessageIds));
        Assert.Equal(2, chat.Answers.Count);
    }

    [Fact]
    public async Task Should_show_a_draft_first_and_type_while_it_takes_time()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:hang-after=3 please");
        await chat.Until(now => now.Drafts.Any(draft => draft.Text.StartsWith("[demo]", StringComparison.Ordinal)));
        chat.Say("/stop");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("(stopped)", StringComparison.Ordinal)));

        chat.Say("demo:slow=1");
        await chat.Until(now => now.Actions.Any(action => action.Action == "typing"));
        await chat.Until(now => now.Answers.Count == 2);
    }

    [Fact]
    public async Task Should_be_answered_in_a_group_in_reply_to_whoever_asked()
    {
        var group = shared.Telegram.Supergroup("Friends", bots: [shared.Bot]);
        var (ann, ben) = (SharedTelegram.Somebody(), SharedTelegram.Somebody("Ben"));
        group.Say(ben, "the code is 42");
        var question = group.Say(ann, "@bus_bot what is the code?");

        var answer = await group.Until(now => now.Answers.FirstOrDefault(message => message.Text.Contains("I was shown", StringComparison.Ordinal)));
        Assert.Equal(question, answer.ReplyTo);
        Assert.Equal($"[demo] You said: [{ann.Id} \"Ann\"] @bus_bot what is the code?\n\nI was shown 3 messages.", answer.Text);
        await group.Until(now => !now[answer.Id].Buttons.Any());
    }

    [Theory]
    [InlineData("en", null, "^Sorry, that did not work\\. The demo model was told to fail\\. \\(trace code [0-9a-f]{32}\\)$")]
    [InlineData("ru", null, "^К сожалению, не получилось\\. У модели неполадки\\. \\(код трассировки [0-9a-f]{32}\\)$")]
    [InlineData("zh-hans", null, "^抱歉，没有成功。模型出现故障。（追踪代码 [0-9a-f]{32}）$")]
    [InlineData("ru", "zh", "^抱歉，没有成功。模型出现故障。（追踪代码 [0-9a-f]{32}）$")]
    public async Task Should_tell_kindly_and_with_a_code_that_it_failed(string language, string? set, string told)
    {
        var chat = shared.PrivateChat(language: language);
        if (set is not null)
            await shared.Set(chat, "language", set);
        chat.Say("demo:fail");
        var notice = await chat.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.Matches(told, notice.Text);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        var failed = Assert.Single(events.All<TurnFailed>());
        Assert.Equal(("The demo model was told to fail.", notice.Text), (failed.Reason, failed.Notice));
    }
}

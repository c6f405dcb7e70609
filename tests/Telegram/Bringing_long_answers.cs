using Bus.Contracts;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Bringing_long_answers(SharedTelegram shared)
{
    [Fact]
    public async Task Should_be_several_messages_without_losing_a_word()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:words=1500");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("word1500", StringComparison.Ordinal)));
        Assert.InRange(chat.Answers.Count, 3, 4);
        Assert.Equal("[demo] " + string.Join(' ', Enumerable.Range(1, 1500).Select(n => $"word{n}")), string.Join(' ', chat.Answers.Select(answer => answer.Text)));
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(chat.Answers.Select(answer => $"{answer.Id}"), events.All<ReplyDelivered>()[0].PlatformMessageIds);
    }

    [Fact]
    public async Task Should_be_a_file_when_they_would_be_too_many()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:words=6000");
        var file = await chat.Until(now => now.Answers.FirstOrDefault(answer => answer.File is not null));
        Assert.Equal(2, chat.Answers.Count);
        Assert.Equal("The whole answer is in the file.", file.Text);
        var text = System.Text.Encoding.UTF8.GetString(file.File!.Content.Span);
        Assert.Equal("[demo] " + string.Join(' ', Enumerable.Range(1, 6000).Select(n => $"word{n}")), text);
    }

    [Fact]
    public async Task Should_be_sent_from_where_somebody_came_to_who_had_to_leave_off()
    {
        var chat = shared.PrivateChat();
        shared.Telegram.Schedule(null);
        shared.Telegram.Fail("sendMessage", chat.Id, Failure.TooMany(1), 2);
        chat.Say("demo:words=1500");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("word1500", StringComparison.Ordinal)));
        Assert.Equal("[demo] " + string.Join(' ', Enumerable.Range(1, 1500).Select(n => $"word{n}")), string.Join(' ', chat.Answers.Select(answer => answer.Text)));
    }

    [Fact]
    public async Task Should_show_formatting()
    {
        var chat = shared.PrivateChat();
        chat.Say("**bold** `code`");
        var answer = await chat.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.Equal("[demo] You said: bold code\n\nI was shown 2 messages.", answer.Text);
        Assert.Equal(["bold", "code"], answer.Entities.Select(entity => entity.Type));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("_[](")]
    [InlineData("```\n")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("Z̷̢͝a̴̛͠l̵g̶o̸ ")]
    [InlineData("مرحبا ‮abc ")]
    public async Task Should_never_be_refused_whatever_they_are(string piece)
    {
        var chat = shared.PrivateChat();
        var text = string.Concat(Enumerable.Repeat(piece, (4096 / piece.Length)));
        chat.Say(text);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Null(events.All<ReplyDelivered>()[0].Undelivered);
        Assert.Equal(text.Trim(), events.All<MessageReceived>()[0].Text.Trim());
        Assert.DoesNotContain(shared.Telegram.Calls, call => call.ChatId == chat.Id && call.Status == 400);
        Assert.EndsWith("I was shown 2 messages.", chat.Answers[^1].Text, StringComparison.Ordinal);
    }
}

using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Talking_to_a_bot(SharedDiscord shared)
{
    [Fact]
    public async Task Should_answer_in_a_private_chat()
    {
        var chat = shared.PrivateChannel();
        chat.Say("hello");

        var answer = await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        Assert.Null(answer.ReplyTo);
        Assert.NotEmpty(answer.Nonce!);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        events.ShouldBeSound();
        Assert.Equal(("hello", "Ann", $"{chat.Recipient!.Id}"), events.All<MessageReceived>()[0] is var said ? (said.Text, said.Speaker!.Name, said.Author) : default);
        Assert.Equal([$"{answer.Id}"], events.All<ReplyDelivered>()[0].PlatformMessageIds);
    }

    [Fact]
    public async Task Should_answer_who_mentions_it_and_hear_the_others()
    {
        var channel = await shared.Channel();
        channel.Say(SharedDiscord.Somebody("Ben"), "not to you");
        var question = channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} hello");

        var answer = await channel.Until(now => now.Answers.FirstOrDefault(message => message.Text.Contains("I was shown 3 messages", StringComparison.Ordinal)));
        Assert.Equal(question, answer.ReplyTo);
        Assert.Single(channel.Answers);
    }

    [Fact]
    public async Task Should_answer_who_replies_to_it()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} one");
        var first = await channel.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        channel.Say(ann, "two", replyTo: first.Id);

        await channel.Until(now => now.Answers.Any(message => message.Text.Contains("two", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_let_no_text_of_a_model_ping_anybody()
    {
        var channel = await shared.Channel();
        var ben = SharedDiscord.Somebody("Ben");
        channel.Say(ben, "I am here");
        channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} say <@{ben.Id}> and @everyone");

        var answer = await channel.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.True(answer.Pings.IsNobody, $"{answer.Pings}");
    }

    [Fact]
    public async Task Should_not_talk_to_bots()
    {
        var channel = await shared.Channel();
        channel.Say(new FakeUser(31337, "robot") { IsBot = true }, $"{shared.Bot.Mention} are you a bot, too?");
        channel.SayAs("hook", $"{shared.Bot.Mention} are you there?");
        channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} hello");

        await channel.Until(now => now.Answers.Any(answer => answer.Author.Id == shared.Bot.Id && answer.Text.Contains("I was shown 2 messages", StringComparison.Ordinal)));
        Assert.Single(channel.Answers, answer => answer.Author.Id == shared.Bot.Id);
    }

    [Fact]
    public async Task Should_take_a_thread_for_a_conversation_with_the_settings_of_its_channel()
    {
        var channel = await shared.Channel();
        await shared.Set(channel, "always", "on");
        var thread = channel.Guild!.AddThread(channel, "aside");
        thread.Say(SharedDiscord.Somebody(), "hello");

        await thread.Until(now => now.Answers.Count == 1);
        Assert.Empty(channel.Answers);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, thread), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal((Platforms.Discord, $"{channel.Id}", $"{thread.Id}", $"{channel.Guild.Id}"), events.All<MessageReceived>()[0].Origin is var origin ? (origin.Platform, origin.Place, origin.Thread, origin.Guild) : default);
    }
}

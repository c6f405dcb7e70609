using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Bringing_answers(SharedDiscord shared)
{
    private const string Ending = "hello\n\nI was shown 2 messages.";
    private const string Answer = "[demo] You said: hello\n\nI was shown 2 messages.";

    [Fact]
    public async Task Should_leave_a_channel_alone_as_long_as_Discord_wants_and_then_bring_the_answer_once()
    {
        var channel = await shared.Channel();
        shared.Discord.Fail("POST /channels/*/messages", channel.Id, Failure.TooMany(5, staysInForce: true));
        var before = shared.Discord.CallsInsideWindows;
        channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} hello");

        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith(Ending, StringComparison.Ordinal)));
        Assert.Equal(before, shared.Discord.CallsInsideWindows);
        Assert.Single(channel.Answers);
    }

    [Theory]
    [InlineData("cut after")]
    [InlineData("cut before")]
    [InlineData("hang after")]
    [InlineData("bad gateway")]
    [InlineData("too many, in HTML")]
    public async Task Should_bring_an_answer_once_whatever_becomes_of_the_call(string failure)
    {
        var chat = shared.PrivateChannel();
        shared.Discord.Fail("POST /channels/*/messages", chat.Id, failure switch
        {
            "cut after" => Failure.CutAfter,
            "cut before" => Failure.CutBefore,
            "hang after" => Failure.Hang(applied: true),
            "bad gateway" => Failure.ServerError,
            _ => Failure.TooMany(1, html: true),
        });
        chat.Say("hello");

        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal((0, null), (events.All<ReplyDelivered>()[0].PossibleRepeats, events.All<ReplyDelivered>()[0].Undelivered));
        Assert.Equal(Answer, Assert.Single(chat.Answers).Text);
    }

    [Fact]
    public async Task Should_say_it_anew_when_the_message_in_which_it_was_shown_is_gone()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} demo:hang-after=3");
        var shown = await channel.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        channel.Delete(shown.Id);
        channel.Say(ann, $"{shared.Bot.Mention} !stop");

        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("(stopped)", StringComparison.Ordinal)));
        Assert.Single(channel.Answers);
    }

    [Fact]
    public async Task Should_say_it_anew_when_the_message_in_which_it_was_shown_is_too_old()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} demo:hang-after=3");
        await channel.Until(now => now.Answers.Count == 1);
        shared.Discord.Fail("PATCH /channels/*/messages/*", channel.Id, Failure.Status(429, 30046, "Maximum number of edits to messages older than 1 hour reached."), 100);
        channel.Say(ann, $"{shared.Bot.Mention} !stop");

        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("(stopped)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_not_offer_to_stop_what_is_finished_when_nobody_knew_that_all_of_it_was_shown_already()
    {
        await using var provider = await GatedProvider.Start();
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?>(SharedDiscord.Settings(discord, bot).Concat(provider.Settings)));
        await using var _ = system;
        await host.Line("listens to Discord");
        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        discord.Fail("POST /channels/*/messages", chat.Id, Failure.ServerErrorAfter);
        chat.Say("What?");
        var call = await provider.Call("What?");
        await call.Say("That.");
        var shown = await chat.Until(now => now.Answers.FirstOrDefault(answer => answer.Text == "That."));
        Assert.StartsWith("stop:", Assert.Single(shown.CustomIds), StringComparison.Ordinal);
        await call.End();

        await system.Events(SharedDiscord.Conversation(bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.StartsWith("retry:", Assert.Single(Assert.Single(chat.Answers).CustomIds), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_split_a_long_answer_and_keep_code_as_code()
    {
        var chat = shared.PrivateChannel();
        var code = string.Join('\n', Enumerable.Range(1, 150).Select(number => $"let value{number} = {number};"));
        chat.Say($"look:\n```js\n{code}\n```");

        await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.True(chat.Answers.Count > 1);
        Assert.All(chat.Answers, answer => Assert.True(answer.Text.Length <= 2000));
        Assert.All(chat.Answers.Where(answer => answer.Text.Contains("value", StringComparison.Ordinal)), answer => Assert.Equal(1, answer.Text.Split("```").Length % 2));
        Assert.Equal(Enumerable.Range(1, 150).Select(number => $"let value{number} = {number};"),
            chat.Answers.SelectMany(answer => answer.Text.Split('\n')).Where(line => line.StartsWith("let ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_send_a_very_long_answer_as_a_file()
    {
        var chat = shared.PrivateChannel();
        chat.Say("demo:words=5000");

        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(2, chat.Answers.Count);
        Assert.Equal(("The whole answer is in the file.", "answer.md"), (chat.Answers[1].Text, chat.Answers[1].Attachments[0].File.Name));
        Assert.Equal(events.All<ReplyGenerated>()[0].Text, System.Text.Encoding.UTF8.GetString(chat.Answers[1].Attachments[0].File.Content.Span));
    }

    [Fact]
    public async Task Should_end_the_turn_when_the_guild_removes_the_bot()
    {
        var channel = await shared.Channel();
        channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} demo:slow=1");
        await shared.System.State(SharedDiscord.Conversation(shared.Bot, channel), "Generating");
        channel.Guild!.Remove(shared.Bot);

        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Contains("50001", events.All<ReplyDelivered>()[0].Undelivered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_answer_without_a_reply_where_it_may_not_read_the_history()
    {
        var channel = await shared.Channel();
        channel.Deny(shared.Bot, Permissions.ReadMessageHistory);
        channel.Say(SharedDiscord.Somebody(), $"{shared.Bot.Mention} hello");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith(Ending, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_say_why_where_it_may_not_speak()
    {
        var channel = await shared.Channel();
        channel.Deny(shared.Bot, Permissions.SendMessages);
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} hello");
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Contains("50013", events.All<ReplyDelivered>()[0].Undelivered, StringComparison.Ordinal);

        channel.Allow(shared.Bot, Permissions.SendMessages);
        channel.Say(ann, $"{shared.Bot.Mention} again");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.Contains("again", StringComparison.Ordinal)));
    }
}

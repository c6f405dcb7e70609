using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Giving_commands(SharedDiscord shared)
{
    [Fact]
    public async Task Should_say_that_it_is_there()
    {
        var channel = await shared.Channel();
        channel.Say(SharedDiscord.Somebody(), "!ping");
        await channel.Shows("Pong! I am here.");
    }

    [Fact]
    public async Task Should_say_how_its_backend_is()
    {
        var channel = await shared.Channel();
        channel.Say(SharedDiscord.Somebody(), "!health");

        var answer = await channel.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.StartsWith("All is well.", answer.Text, StringComparison.Ordinal);
        foreach (var part in new[] { "postgresql", "rabbitmq", "models", "memory", "delivery" })
            Assert.Contains($"✅ {part}", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_leave_the_commands_of_other_bots_to_them()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, "!help");
        channel.Say(ann, "!play something");
        channel.Say(ann, $"{shared.Bot.Mention} !new");

        await channel.Shows("Done. We begin afresh.");
        Assert.Single(channel.Answers);
    }

    [Fact]
    public async Task Should_answer_a_question_behind_the_slash()
    {
        var channel = await shared.Channel();
        var asked = channel.Use(SharedDiscord.Somebody(), "ask", ("question", "hello"));

        var answer = await channel.Until(now => now.Answers.FirstOrDefault(one => one.Text.EndsWith("hello\n\nI was shown 2 messages.", StringComparison.Ordinal)));
        Assert.Equal((5, false), (asked.Acknowledged!.Type, answer.IsLoading));
        Assert.Equal(asked.Response!.Id, answer.Id);
        Assert.Single(channel.Answers);
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);
        events.ShouldBeSound();
    }

    [Fact]
    public async Task Should_show_an_answer_behind_the_slash_while_it_comes()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Use(ann, "ask", ("question", "demo:hang-after=3 hello"));
        var shown = await channel.Until(now => now.Answers.FirstOrDefault(answer => answer.CustomIds.Any()));

        channel.Press(ann, shown.Id, shown.CustomIds.First());
        await channel.Until(now => now.Answers[0].Text.EndsWith("(stopped)", StringComparison.Ordinal));
        Assert.Single(channel.Answers);
    }

    [Theory]
    [InlineData("usage", "This conversation so far")]
    [InlineData("help", "I answer messages here")]
    [InlineData("settings", "Settings of this place")]
    [InlineData("stop", "Nothing is being written")]
    [InlineData("ping", "Pong!")]
    public async Task Should_tell_only_who_asks_what_concerns_nobody_else(string command, string beginning)
    {
        var channel = await shared.Channel();
        var asked = channel.Use(SharedDiscord.Somebody(), command);

        await shared.Discord.Until(_ => asked.Response?.Text.StartsWith(beginning, StringComparison.Ordinal) == true);
        Assert.True(asked.Response!.IsEphemeral);
        Assert.Empty(channel.Visible);
    }

    [Fact]
    public async Task Should_answer_in_the_language_of_who_asks()
    {
        var channel = await shared.Channel();
        var asked = channel.Use(SharedDiscord.Somebody("Olga", "ru"), "ping");
        await shared.Discord.Until(_ => asked.Response?.Text == "Понг! Я здесь.");
    }

    [Fact]
    public async Task Should_begin_afresh()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} one");
        await channel.Until(now => now.Answers.Count == 1);
        channel.Use(ann, "new");
        await channel.Shows("Done. We begin afresh.");
        channel.Say(ann, $"{shared.Bot.Mention} two");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.Contains("two\n\nI was shown 2 messages", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_let_an_administrator_set_things_for_a_guild()
    {
        var channel = await shared.Channel();
        var other = channel.Guild!.AddChannel("other");
        var admin = new FakeUser(SharedDiscord.Admin, "boss");
        var asked = channel.Use(admin, "settings", ("change", "guild always on"));
        await shared.Discord.Until(_ => asked.Response?.Text.StartsWith("Changed: always = on", StringComparison.Ordinal) == true);

        other.Say(SharedDiscord.Somebody(), "hello all");
        await other.Until(now => now.Answers.Count == 1);
    }

    [Fact]
    public async Task Should_answer_anew_with_the_button_below_an_answer()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} hello");
        var first = await channel.Until(now => now.Answers.FirstOrDefault(answer => answer.CustomIds.Any(id => id.StartsWith("retry:", StringComparison.Ordinal))));
        await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 1);

        channel.Press(ann, first.Id, first.CustomIds.First());
        var events = await shared.System.Events(SharedDiscord.Conversation(shared.Bot, channel), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Single(events.All<TurnRetried>());
        await channel.Until(now => now.Answers.Count == 2 && !now.Answers[1].IsLoading);

        // The first answer is not the last any more.
        channel.Press(ann, first.Id, first.CustomIds.First());
        await channel.Shows("There is nothing to answer again, or an answer is being written.");
    }

    [Fact]
    public async Task Should_be_stopped_by_who_asked_and_by_nobody_else()
    {
        var channel = await shared.Channel();
        var ann = SharedDiscord.Somebody();
        channel.Say(ann, $"{shared.Bot.Mention} demo:hang-after=3");
        var shown = await channel.Until(now => now.Answers.FirstOrDefault(answer => answer.CustomIds.Any()));

        var other = channel.Press(SharedDiscord.Somebody("Ben"), shown.Id, shown.CustomIds.First());
        await shared.Discord.Until(_ => other.Response is { IsLoading: false });
        Assert.Equal("Only who asked can stop this.", other.Response!.Text);
        Assert.True(other.Response!.IsEphemeral);

        channel.Press(ann, shown.Id, shown.CustomIds.First());
        await channel.Until(now => now.Answers[0].Text.EndsWith("(stopped)", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_offer_its_commands_in_three_languages()
    {
        var names = shared.Bot.Commands.Select(command => (string?)command["name"]).ToList();
        Assert.Equal(["ask", "start", "new", "reset", "stop", "retry", "usage", "settings", "link", "unlink", "health", "ping", "help"], names);
        Assert.All(shared.Bot.Commands, command => Assert.Equal(["ru", "zh-CN"], command["description_localizations"]!.AsObject().Select(language => language.Key).Order()));
        Assert.Single(shared.Discord.Calls, call => call.Method == "PUT" && call.Path.EndsWith("/commands", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_answer_like_a_message_when_it_noticed_too_late()
    {
        var channel = await shared.Channel();
        shared.Discord.Fail("POST /interactions/*/*/callback", Failure.Status(404, 10062, "Unknown interaction"));
        channel.Use(SharedDiscord.Somebody(), "ask", ("question", "hello"));
        await channel.Until(now => now.Answers.FirstOrDefault(one => one.Text.EndsWith("hello\n\nI was shown 2 messages.", StringComparison.Ordinal)));
    }
}

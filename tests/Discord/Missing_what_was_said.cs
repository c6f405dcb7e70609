using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>Nobody listened for a while.</summary>
public sealed class Missing_what_was_said
{
    private const int Missed = 200;

    [Fact]
    public async Task Should_take_in_all_of_it_and_answer_each_once()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        await using var system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var guild = discord.AddGuild("Home");
        var channels = Enumerable.Range(0, 10).Select(number => guild.AddChannel($"channel{number}")).ToList();
        var chat = bot.PrivateChannel(SharedDiscord.Somebody("Dora"));
        var first = await system.AddProcess();
        await first.Line("listens to Discord");
        await Set(first, $"bot={bot.Id}", """{"gather_seconds_in_groups": 0}""");
        chat.Say("before");
        await chat.Until(now => now.Answers.Count == 1);
        await first.Terminate();
        discord.Gateway.ForgetSessions();

        var people = Enumerable.Range(0, 5).Select(number => SharedDiscord.Somebody($"Person{number}")).ToList();
        for (var number = 0; number < Missed; number++)
            channels[number % channels.Count].Say(people[number % people.Count], number % 4 == 0 ? $"{bot.Mention} question {number}" : $"talk {number}");
        chat.Say("meanwhile");
        var thread = guild.AddThread(guild.AddChannel("new"), "made meanwhile");
        thread.Say(people[0], $"{bot.Mention} question in a thread");

        var second = await system.AddProcess();
        await second.Line("listens to Discord");
        await discord.Until(_ => channels.Sum(channel => channel.Answers.Count) == Missed / 4 && chat.Answers.Count == 2 && thread.Answers.Count == 1);
        foreach (var channel in channels)
        {
            var questions = channel.Visible.Count(message => message.Text.Contains("question", StringComparison.Ordinal) && !message.Author.IsBot);
            var log = await system.Events(
                SharedDiscord.Conversation(bot, channel), log => log.All<MessageReceived>().Count == Missed / channels.Count && log.All<ReplyDelivered>().Count == questions);
            Assert.Equal(Missed / channels.Count, log.All<MessageReceived>().Select(message => message.Text).Distinct().Count());
            Assert.All(log.All<MessageReceived>(), message => Assert.True(message.Handling!.IsLate));
            Assert.Equal((questions, questions), (log.All<TurnStarted>().Count, channel.Answers.Count));
            Assert.Equal(questions, log.All<TurnStarted>().Select(turn => turn.TraceId).Distinct().Count());
        }
    }

    [Fact]
    public async Task Should_answer_what_is_old_together_or_not_at_all()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        await using var system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var guild = discord.AddGuild("Home");
        var (batch, ignored) = (guild.AddChannel("batch"), guild.AddChannel("ignored"));
        var first = await system.AddProcess();
        await first.Line("listens to Discord");
        await Set(first, $"bot={bot.Id}", """{"late_minutes": 0, "gather_seconds_in_groups": 0}""");
        await Set(first, $"bot={bot.Id}&chat={ignored.Id}", """{"on_late": "ignore"}""");
        await first.Terminate();
        discord.Gateway.ForgetSessions();

        var (ann, ben) = (SharedDiscord.Somebody(), SharedDiscord.Somebody("Ben"));
        foreach (var channel in new[] { batch, ignored })
        {
            for (var number = 1; number <= 5; number++)
                channel.Say(number % 2 == 0 ? ann : ben, $"{bot.Mention} question {number}");
            channel.Say(ben, $"{bot.Mention} !new");
        }

        var second = await system.AddProcess();
        await second.Line("listens to Discord");
        await batch.Until(now => now.Answers.Count == 1);
        var said = await system.Events(SharedDiscord.Conversation(bot, batch), log => log.All<ReplyDelivered>().Count == 1);
        var messages = said.All<MessageReceived>();
        Assert.Equal((6, 1), (messages.Count, said.All<TurnStarted>().Count));
        var question = messages.Single(message => message.AnsweredIn is null);
        Assert.Equal((5, 5), (question.Handling!.Missed, messages.Count(message => message.AnsweredIn == question.MessageId)));

        var quiet = await system.Events(SharedDiscord.Conversation(bot, ignored), log => log.All<MessageReceived>().Count == 6);
        Assert.Empty(quiet.All<TurnStarted>());
        ignored.Say(ann, $"{bot.Mention} now");
        await ignored.Until(now => now.Answers.Count == 1);
    }

    [Fact]
    public async Task Should_not_look_back_where_it_has_never_been()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var channel = discord.AddGuild("Home").AddChannel("old");
        channel.Say(SharedDiscord.Somebody(), $"{bot.Mention} said before anybody came");
        var (system, process) = await TestSystem.Start(SharedDiscord.Settings(discord, bot));
        await using var own = system;
        await process.Line("listens to Discord");

        channel.Say(SharedDiscord.Somebody(), $"{bot.Mention} hello");
        await channel.Until(now => now.Answers.Any(answer => answer.Text.Contains("hello\n\nI was shown 2", StringComparison.Ordinal)));
        Assert.Single(channel.Answers);
    }

    internal static async Task Set(HostProcess process, string place, string json)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await (await process.Admin()).PatchAsync(new Uri($"/api/place-settings?platform=discord&{place}", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}

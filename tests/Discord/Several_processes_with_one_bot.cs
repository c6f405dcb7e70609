using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Ingress.Discord.Bots;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Several_processes_with_one_bot
{
    private const int Chats = 20;
    private const int Each = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_lose_nothing_and_answer_nothing_twice_when_the_one_that_listens_is_killed(bool isResumable)
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        await using var system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var first = await system.AddProcess();
        await first.Line("listens to Discord");
        await Missing_what_was_said.Set(first, $"bot={bot.Id}", """{"gather_seconds_in_groups": 0}""");
        var second = await system.AddProcess();
        var guild = discord.AddGuild("Home");
        var channels = Enumerable.Range(0, Chats).Select(number => guild.AddChannel($"channel{number}")).ToList();
        var ann = SharedDiscord.Somebody();

        for (var number = 1; number <= Each; number++)
        {
            foreach (var channel in channels)
                channel.Say(ann, $"{bot.Mention} number {number}");
            if (number == 2)
            {
                await discord.Until(now => channels.Exists(channel => channel.Answers.Count > 0));
                if (!isResumable)
                    discord.Gateway.ForgetSessions();
                await first.Kill();
            }
        }

        await second.Line(isResumable ? "listens to Discord again" : "listens to Discord");
        foreach (var channel in channels)
        {
            var events = await system.Events(
                SharedDiscord.Conversation(bot, channel), log => log.All<MessageReceived>().Count == Each && log.All<ReplyDelivered>().Count == log.All<TurnStarted>().Count);
            events.ShouldBeSound();
            Assert.Equal(Enumerable.Range(1, Each).Select(number => $"number {number}"), events.All<MessageReceived>().Select(message => message.Text));
            Assert.All(events.All<ReplyDelivered>(), delivered => Assert.Equal(0, delivered.PossibleRepeats));
            Assert.Equal(events.All<TurnStarted>().Count, channel.Answers.Count);
        }
    }

    [Fact]
    public async Task Should_know_of_each_other_when_Discord_wants_the_bot_to_call_nothing()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var channel = discord.AddGuild("Home").AddChannel("general");
        var (ann, ben) = (SharedDiscord.Somebody(), SharedDiscord.Somebody("Ben"));
        var before = channel.Say(ben, "Gouda.", replyTo: channel.Say(ann, "Which one?"));
        var (system, host) = await TestSystem.Start(SharedDiscord.Settings(discord, bot));
        await using var _ = system;
        await host.Line("listens to Discord");

        // What is refused is no part of an answer: the chain of replies is looked for.
        discord.Fail("GET /channels/*/messages", Failure.TooMany(33, LimitScope.Global));
        channel.Say(ben, $"{bot.Mention} is that so?", replyTo: before);
        var another = new GlobalLimit((long)bot.Id, system.Database, TimeProvider.System, NullLogger.Instance);
        await Eventually.Get(() => another.Wait(TestContext.Current.CancellationToken), waits => waits > TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Should_share_out_the_shards_and_take_over_those_of_a_process_that_stops()
    {
        await using var discord = await FakeDiscord.Start();
        (discord.Gateway.RecommendedShards, discord.Gateway.MaxConcurrency) = (3, 3);
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        await using var system = await TestSystem.Create(SharedDiscord.Settings(discord, bot));
        var first = await system.AddProcess();
        await discord.Until(_ => discord.Gateway.Live(bot) == 3);
        var second = await system.AddProcess();
        Assert.Equal(0, await first.Terminate());
        await second.Line("listens to Discord again");
        await discord.Until(_ => discord.Gateway.Live(bot) == 3);
        Assert.Equal(3, discord.Gateway.Identifies.Count);
        Assert.Equal([0, 1, 2], discord.Gateway.Identifies.Select(identify => identify.Shard).Order());

        var channel = discord.AddGuild("Home").AddChannel("general");
        channel.Say(SharedDiscord.Somebody(), $"{bot.Mention} hello");
        await channel.Until(now => now.Answers.Count == 1);
    }
}

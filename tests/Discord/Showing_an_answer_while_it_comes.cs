using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Showing_an_answer_while_it_comes : IAsyncLifetime
{
    private FakeDiscord? discord;
    private FakeBot? bot;
    private TestSystem? system;

    public async ValueTask InitializeAsync()
    {
        discord = await FakeDiscord.Start();
        discord.LimitsRate = true;
        bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var settings = SharedDiscord.Settings(discord, bot);
        settings["DEMO_CHUNK_DELAY_MS"] = "20"; // two hundred and fifty words take five seconds
        (system, var host) = await TestSystem.Start(settings);
        await host.Line("listens to Discord");
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (discord is not null)
            await discord.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_at_most_once_a_second_in_a_channel_however_many_answers_come_there()
    {
        var channel = discord!.AddGuild("Home", bot!).AddChannel("busy");
        var threads = Enumerable.Range(0, 2).Select(number => SharedDiscord.Somebody($"Person{number}")).ToList();
        foreach (var person in threads)
            channel.Say(person, $"{bot!.Mention} demo:words=250");

        await channel.Until(now => now.Answers.Count(answer => answer.Text.EndsWith("word250", StringComparison.Ordinal)) == 2);
        var changes = discord.Calls.Where(call => call.Method == "PATCH" && call.Status == 200).ToList();
        Assert.True(changes.Count >= 6, $"{changes.Count} changes");
        foreach (var (before, after) in changes.Zip(changes.Skip(1)).Where(pair => !IsEnd(pair.First) && !IsEnd(pair.Second)))
            Assert.True((after.At - before.At).TotalSeconds >= 0.95, $"only {(after.At - before.At).TotalSeconds} s between two changes");
        Assert.Equal(0, discord.CallsInsideWindows);
        Assert.DoesNotContain(discord.Calls, call => call.Status == 429);
    }

    [Fact]
    public async Task Should_show_more_and_more_of_it_in_one_message()
    {
        var chat = bot!.PrivateChannel(SharedDiscord.Somebody());
        chat.Say("demo:words=250");

        var answer = await chat.Until(now => now.Answers.FirstOrDefault(one => one.Text.EndsWith("word250", StringComparison.Ordinal)));
        Assert.Single(chat.Answers);
        Assert.True(answer.Edits.Count >= 3, $"{answer.Edits.Count} edits");
        foreach (var (before, after) in answer.Edits.Zip(answer.Edits.Skip(1)))
            Assert.StartsWith(before.Text, after.Text, StringComparison.Ordinal);
        Assert.NotEmpty(chat.Typings);
    }

    /// <summary>The end comes when it is there.</summary>
    private static bool IsEnd(FakeCall call) => ((string?)call.Body!["content"])!.EndsWith("word250", StringComparison.Ordinal);
}

using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Too_many_messages
{
    [Fact]
    public async Task Should_wait_and_be_answered_in_the_end_and_commands_have_a_sign_of_life_at_once()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var settings = SharedDiscord.Settings(discord, bot);
        settings["MAX_BACKLOG"] = "1";
        await using var system = await TestSystem.Create(settings);
        var all = await system.AddProcess();
        await all.Line("listens to Discord");
        var chats = Enumerable.Range(0, 40).Select(_ => bot.PrivateChannel(SharedDiscord.Somebody())).ToList();
        await discord.Until(_ => bot.Commands.Count > 0);
        await all.Terminate();

        // Nobody answers: what is published waits.
        var lonely = await system.AddProcess("ingress");
        await lonely.Line("listens to Discord");
        var said = new Queue<FakeChannel>(chats);
        await Eventually.Get(() => Task.FromResult(SayMore()), isTold => isTold);
        await lonely.Line("no more are taken in");
        var asked = chats[0].Use(chats[0].Recipient!, "ask", ("question", "hello"));
        await discord.Until(_ => asked.Acknowledged is { Type: 5 });

        await system.AddProcess("saga,memory,llm");
        await discord.Until(
            _ => chats.TrueForAll(chat => chat.Visible.Count == 0 || chat.Answers.Any(answer => answer.Text.Contains("I am", StringComparison.Ordinal))) && asked.Response is { IsLoading: false }, TimeSpan.FromSeconds(120));

        bool SayMore()
        {
            if (chats.Exists(chat => chat.Answers.Any(answer => answer.Text.StartsWith("Many people are asking", StringComparison.Ordinal))))
                return true;
            var chat = said.Dequeue();
            chat.Say("I am one of many");
            said.Enqueue(chat);
            return false;
        }
    }
}

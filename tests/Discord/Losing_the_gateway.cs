using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>A process that listens, for all troubles that it gets over.</summary>
public sealed class ListeningProcess : IAsyncLifetime
{
    private TestSystem? system;

    internal FakeDiscord Discord { get; private set; } = null!;

    internal FakeBot Bot { get; private set; } = null!;

    internal HostProcess Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Discord = await FakeDiscord.Start();
        Discord.Gateway.IdentifyPause = TimeSpan.FromMilliseconds(100);
        Bot = Discord.AddBot(SharedDiscord.Token(4001), "bus");
        (system, Host) = await TestSystem.Start(SharedDiscord.Settings(Discord, Bot));
        await Host.Line("listens to Discord");
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        await Discord.DisposeAsync();
    }
}

public sealed class Losing_the_gateway(ListeningProcess process) : IClassFixture<ListeningProcess>
{
    private readonly FakeDiscord discord = process.Discord;
    private readonly FakeBot bot = process.Bot;

    [Theory]
    [InlineData("cut", true)]
    [InlineData("reconnect", true)]
    [InlineData("closed with 4000", true)]
    [InlineData("garbage", true)]
    [InlineData("compressed", true)]
    [InlineData("invalid, resumable", true)]
    [InlineData("invalid", false)]
    [InlineData("closed with 4007", false)]
    [InlineData("closed with 4009", false)]
    [InlineData("closed with 1000", false)]
    public async Task Should_go_on_where_it_was_or_begin_anew_and_miss_nothing(string trouble, bool isResumed)
    {
        await discord.Until(_ => discord.Gateway.Live(bot) == 1);
        var (begun, resumed) = (Begun(), Resumed());
        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        chat.Say("one");
        await chat.Until(now => now.Answers.Count == 1);
        switch (trouble)
        {
            case "cut": discord.Gateway.CutAll(); break;
            case "reconnect": discord.Gateway.AskToReconnect(); break;
            case "garbage": discord.Gateway.SendRaw("{\"op\":0,\"s\":"); break;
            case "compressed": discord.Gateway.CompressUnasked(); break;
            case "invalid, resumable": discord.Gateway.Invalidate(resumable: true); break;
            case "invalid": discord.Gateway.Invalidate(resumable: false); break;
            default: discord.Gateway.Close(int.Parse(trouble[^4..], null)); break;
        }

        chat.Say("two");
        await chat.Until(now => now.Answers.Count == 2);
        chat.Say("three");
        await chat.Until(now => now.Answers.Count == 3);
        Assert.Equal((isResumed ? 0 : 1, isResumed), (Begun() - begun, Resumed() > resumed));
        Assert.DoesNotContain(bot.Token, process.Host.Output, StringComparison.Ordinal);
    }

    private int Begun() => discord.Gateway.Identifies.Count(identify => identify.Outcome == "READY");

    private int Resumed() => discord.Gateway.Resumes.Count(resume => resume.Outcome == "RESUMED");
}

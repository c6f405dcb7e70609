using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Keeping_the_token_secret
{
    [Fact]
    public async Task Should_hold_for_traces_and_the_log_whatever_happens()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot($"{SharedDiscord.Token(4001)}geheim-4711", "bus");
        foreach (var failure in new[] { Failure.ServerError, Failure.CutBefore, Failure.CutAfter, Failure.Status(400, 50035, "Invalid Form Body") })
            discord.Fail("GET /gateway/bot", failure);
        discord.Fail("POST /channels/*/messages", Failure.CutAfter);
        discord.Fail("PATCH /webhooks/*/*/messages/@original", Failure.ServerError);
        await using var collector = await OtlpReceiver.Start();
        var settings = SharedDiscord.Settings(discord, bot);
        settings["LOG_LEVEL"] = "debug";
        await using var system = await TestSystem.Create(settings);
        var host = await system.AddProcess(settings: collector.Settings("bus"));
        await host.Line("listens to Discord");
        var chat = bot.PrivateChannel(SharedDiscord.Somebody());
        chat.Say("hello, this is between us");
        await chat.Until(now => now.Answers.Count == 1);
        await discord.Until(_ => bot.Commands.Count > 0);
        var asked = chat.Use(chat.Recipient!, "ask", ("question", "hello"));
        await discord.Until(_ => asked.Response is { IsLoading: false });
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Name == "discord MESSAGE_CREATE")), there => there);
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Source == "Bus.Llm")), there => there);

        foreach (var secret in new[] { "geheim-4711", asked.Token, "between us" })
        {
            Assert.DoesNotContain(collector.Bodies, body => body.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, host.Output, StringComparison.Ordinal);
        }

        Assert.Contains(" dbug: ", host.Output, StringComparison.Ordinal);
    }
}

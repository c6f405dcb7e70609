using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Keeping_the_token_secret
{
    private const string Token = "1:geheim-4711_AbC";

    [Fact]
    public async Task Should_hold_for_traces_and_the_log_whatever_happens()
    {
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot(Token, "one_bot");
        foreach (var failure in new[] { Failure.ServerError, Failure.CutBefore, Failure.CutAfter, Failure.Status(400, "Bad Request: something") })
            telegram.Fail("getUpdates", failure);
        telegram.Fail("sendMessage", Failure.CutAfter);
        await using var collector = await OtlpReceiver.Start();
        var settings = SharedTelegram.Settings(telegram, Token);
        settings["LOG_LEVEL"] = "debug";
        await using var system = await TestSystem.Create(settings);
        var host = await system.AddProcess(settings: collector.Settings("bus"));
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("(possibly sent twice)", StringComparison.Ordinal)));
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Name == "telegram update")), there => there);
        await Eventually.Get(() => Task.FromResult(collector.Spans.Any(span => span.Source == "Bus.Llm")), there => there);

        Assert.DoesNotContain(collector.Bodies, body => body.Contains("geheim-4711", StringComparison.Ordinal));
        Assert.Contains(" dbug: ", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim-4711", host.Output, StringComparison.Ordinal);
    }
}

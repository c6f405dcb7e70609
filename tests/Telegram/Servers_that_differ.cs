using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Servers_that_differ
{
    [Fact]
    public async Task Should_not_be_asked_more_than_once_a_second_when_they_do_not_wait()
    {
        await using var telegram = await FakeTelegram.Start();
        telegram.Schedule(call => call.Method == "getUpdates" ? Failure.LooseAnswer(Looseness.NoWaiting) : null);
        telegram.AddBot("1:loose", "one_bot");
        await using var system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:loose"));
        await system.AddProcess();
        var polls = await telegram.Until(now => now.Calls.Where(call => call.Method == "getUpdates").ToList() is { Count: >= 4 } found ? found : null);
        // Each may be noticed a little late, but then the next does not wait longer.
        Assert.True(polls[^1].At - polls[0].At >= TimeSpan.FromSeconds(polls.Count - 1.25), $"{polls.Count} polls within {polls[^1].At - polls[0].At}");
    }

    [Fact]
    public async Task Should_be_answered_through_whatever_they_add_and_leave_out()
    {
        await using var telegram = await FakeTelegram.Start();
        telegram.Schedule(_ => Failure.LooseAnswer(Looseness.Nulls | Looseness.Milliseconds));
        var bot = telegram.AddBot("1:loose", "one_bot");
        await using var system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:loose"));
        await system.AddProcess();
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
    }

    [Fact]
    public async Task Should_be_asked_again_after_they_failed()
    {
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot("1:loose", "one_bot");
        foreach (var failure in new[] { Failure.ServerError, Failure.CutBefore, Failure.TooMany(2), Failure.LooseAnswer(Looseness.BareError) })
            telegram.Fail("getUpdates", failure);
        await using var system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:loose"));
        await system.AddProcess();
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        var polls = telegram.Calls.Where(call => call.Method == "getUpdates").ToList();
        var refused = polls.FindIndex(call => call.Status == 429);
        Assert.True(polls[refused + 1].At - polls[refused].At >= TimeSpan.FromSeconds(1.95));
    }

    [Fact]
    public async Task Should_be_left_alone_from_the_start_as_long_as_they_want()
    {
        string[] methods = ["getMe", "deleteWebhook", "setMyCommands"];
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot("1:loose", "one_bot");
        foreach (var method in methods)
            telegram.Fail(method, Failure.TooMany(3));
        await using var system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:loose"));
        await system.AddProcess();
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        await telegram.Until(now => now.Calls.Count(call => call.Method == "setMyCommands" && call.Status == 200) >= 3);
        foreach (var method in methods)
        {
            var calls = telegram.Calls.Where(call => call.Method == method).ToList();
            var refused = calls.FindIndex(call => call.Status == 429);
            Assert.True(calls[refused + 1].At - calls[refused].At >= TimeSpan.FromSeconds(2.95), $"{method} came again too soon");
        }
    }

    [Fact]
    public async Task Should_silence_only_the_bot_whose_token_they_do_not_know()
    {
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot("1:good", "one_bot");
        await using var system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:good,2:wrong-secret"));
        var host = await system.AddProcess();
        await host.Line("Telegram does not know the token of bot 2: it stays silent");
        var chat = bot.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        Assert.DoesNotContain("wrong-secret", host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TELEGRAM_BOT_TOKEN", "nonsense-token", "TELEGRAM_BOT_TOKEN")]
    [InlineData("TELEGRAM_BOT_TOKEN", "1:abc,1:def", "twice")]
    [InlineData("TELEGRAM_API_URL", "ftp://example.org", "TELEGRAM_API_URL")]
    [InlineData("TELEGRAM_WEBHOOK_SECRET", "with space", "TELEGRAM_WEBHOOK_SECRET")]
    [InlineData("TELEGRAM_PRIVATE_CHATS", "maybe", "TELEGRAM_PRIVATE_CHATS")]
    public async Task Should_not_be_reached_with_wrong_settings(string name, string value, string named)
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { [name] = value });
        var (code, output) = await HostProcess.RunToEnd(system.Environment);
        Assert.Equal(1, code);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense-token", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_waited_with_and_their_people_told_when_there_is_too_much_to_do()
    {
        await using var telegram = await FakeTelegram.Start();
        var bot = telegram.AddBot("1:busy", "one_bot");
        var settings = SharedTelegram.Settings(telegram, "1:busy");
        settings["MAX_BACKLOG"] = "1";
        await using var system = await TestSystem.Create(settings);
        var workers = await system.AddProcess("saga,memory,llm");
        var intake = await system.AddProcess("ingress");
        await intake.Line("asks Telegram for updates");
        await workers.Terminate(); // the queues stay
        var chats = Enumerable.Range(0, 6).Select(_ => bot.PrivateChat(SharedTelegram.Somebody())).ToList();
        foreach (var chat in chats)
            chat.Say("hello");
        await intake.Line("messages wait for their answers");
        var late = bot.PrivateChat(SharedTelegram.Somebody());
        late.Say("hello");
        await telegram.Until(_ => chats.Append(late).Any(IsTold)); // whoever is the first for whom there is no room

        await system.AddProcess("saga,memory,llm");
        await telegram.Until(_ => chats.Append(late).All(chat => chat.Answers.Any(answer => answer.Text.StartsWith("[demo] You said: hello", StringComparison.Ordinal))));
        Assert.All(chats.Append(late), chat => Assert.Equal(IsTold(chat) ? 2 : 1, chat.Answers.Count));

        static bool IsTold(FakeChat chat) => chat.Answers.Any(answer => answer.Text.StartsWith("Many people are asking at once.", StringComparison.Ordinal));
    }
}

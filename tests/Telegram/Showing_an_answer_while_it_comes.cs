using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Showing_an_answer_while_it_comes : IAsyncLifetime
{
    private const string Words = "demo:words=250";

    private FakeTelegram? telegram;
    private FakeBot? bot;
    private TestSystem? system;

    public async ValueTask InitializeAsync()
    {
        telegram = await FakeTelegram.Start();
        bot = telegram.AddBot("1:slow", "one_bot");
        var settings = SharedTelegram.Settings(telegram, "1:slow");
        settings["DEMO_CHUNK_DELAY_MS"] = "20"; // two hundred and fifty words take five seconds
        (system, _) = await TestSystem.Start(settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (telegram is not null)
            await telegram.DisposeAsync();
    }

    [Theory]
    [InlineData("private", true, "sendMessageDraft", 1.0)]
    [InlineData("private", false, "editMessageText", 1.0)]
    [InlineData("group", true, "editMessageText", 1.5)]
    public async Task Should_be_at_most_so_often_and_only_with_something_new(string place, bool hasDrafts, string method, double seconds)
    {
        telegram!.HasDrafts = hasDrafts;
        var ann = SharedTelegram.Somebody();
        var chat = place == "private" ? bot!.PrivateChat(ann) : telegram.Supergroup("Slow", bots: [bot!]);
        chat.Say(ann, $"@one_bot {Words}");

        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("word250", StringComparison.Ordinal)));
        var frames = telegram.Calls.Where(call => call.ChatId == chat.Id && call.Method is "sendMessage" or "editMessageText" or "sendMessageDraft" && call.Status == 200).ToList();
        frames.RemoveAt(frames.Count - 1); // the end comes when it is there
        Assert.True(frames.Count >= 3, $"{frames.Count} frames");
        Assert.Contains(frames, call => call.Method == method);
        foreach (var (before, after) in frames.Zip(frames.Skip(1)))
        {
            Assert.True((after.At - before.At).TotalSeconds >= seconds - 0.05, $"only {(after.At - before.At).TotalSeconds} s between two frames");
            Assert.StartsWith(before.Text!, after.Text, StringComparison.Ordinal);
            Assert.NotEqual(before.Text, after.Text);
        }
    }

    [Fact]
    public async Task Should_keep_a_draft_from_fading_while_the_model_says_nothing_more()
    {
        var chat = bot!.PrivateChat(SharedTelegram.Somebody());
        chat.Say("demo:hang-after=3");
        await telegram!.Until(_ => Drafts() is [.., var before, var after] && before.Text == after.Text);
        Assert.InRange((Drafts()[^1].At - Drafts()[^2].At).TotalSeconds, 15, 30);
        chat.Say("/stop");
        await chat.Shows("[demo] You said:\n\n(stopped)");

        List<FakeCall> Drafts() => [.. telegram.Calls.Where(call => call.ChatId == chat.Id && call.Method == "sendMessageDraft")];
    }

    [Fact]
    public async Task Should_leave_alone_the_first_message_of_a_long_answer_when_it_is_full()
    {
        var chat = telegram!.Supergroup("Long", bots: [bot!]);
        chat.Say(SharedTelegram.Somebody(), "@one_bot demo:words=750");

        await chat.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("word750", StringComparison.Ordinal)));
        var frames = telegram.Calls.Where(call => call.ChatId == chat.Id && call.Method == "editMessageText").ToList();
        frames.RemoveAt(frames.Count - 1); // the end, without the button
        Assert.Contains(frames, call => call.Text!.Length > 3900);
        Assert.Equal(frames.Select(call => call.Text).Distinct(), frames.Select(call => call.Text));
    }
}

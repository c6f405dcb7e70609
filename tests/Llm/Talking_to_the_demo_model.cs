using Bus.Contracts;
using Bus.Llm;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

public class Talking_to_the_demo_model
{
    private readonly Attempts attempts = new();

    [Fact]
    public async Task Should_repeat_the_message_and_count_what_it_was_shown()
    {
        var reply = Assert.IsType<ReplyGenerated>(await attempts.Ask("How  are\nyou?"));
        Assert.Equal("[demo] You said: How  are\nyou?\n\nI was shown 2 messages.", reply.Text);
        Assert.Equal(("demo", "stop"), (reply.Model, reply.FinishReason));
        Assert.Equal(
            new Usage(RenderedPrompt.EstimateTokens("Be brief.") + RenderedPrompt.EstimateTokens("How  are\nyou?"), RenderedPrompt.EstimateTokens(reply.Text), 0, 0, false),
            reply.Usage);
    }

    [Fact]
    public async Task Should_stand_a_prompt_without_a_message()
    {
        using var demo = new DemoChatClient(TimeSpan.Zero, TimeProvider.System);
        var response = await demo.GetResponseAsync([new ChatMessage(ChatRole.System, "Be brief.")], null, TestContext.Current.CancellationToken);
        Assert.Equal("[demo] Nobody has said anything yet. I was shown 1 message.", response.Text);
    }

    [Fact]
    public async Task Should_say_a_word_at_a_time_at_its_pace()
    {
        using var demo = new DemoChatClient(TimeSpan.FromMilliseconds(30), attempts.Time);
        await using var words = demo.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")], null, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await words.MoveNextAsync());
        Assert.Equal("[demo] ", words.Current.Text);

        var next = words.MoveNextAsync();
        attempts.Time.Advance(TimeSpan.FromMilliseconds(29));
        Assert.False(next.IsCompleted);
        attempts.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await next);
        Assert.Equal("You ", words.Current.Text);
    }

    [Theory]
    [InlineData("demo:fail", "")]
    [InlineData("please demo:fail-after=3, thanks", "[demo] You said: ")]
    [InlineData("demo:fail-after=500", "[demo] You said: demo:fail-after=500\n\nI was shown 2 messages.")]
    public async Task Should_fail_when_it_is_told_to(string told, string partial)
    {
        var failed = Assert.IsType<ReplyFailed>(await attempts.Ask(told));
        Assert.Equal(("The demo model was told to fail.", partial), (failed.Reason, failed.PartialText));
    }

    [Fact]
    public async Task Should_say_nothing_when_it_is_told_to()
    {
        Assert.Equal("The model gave no answer.", Assert.IsType<ReplyFailed>(await attempts.Ask("demo:empty")).Reason);
    }

    [Fact]
    public async Task Should_say_as_many_words_as_it_is_told_to()
    {
        Assert.Equal("[demo] word1 word2 word3", Assert.IsType<ReplyGenerated>(await attempts.Ask("demo:words=3")).Text);
    }

    [Fact]
    public async Task Should_be_slow_when_it_is_told_to()
    {
        var asking = attempts.Ask("demo:slow=1.5");
        attempts.Time.Advance(TimeSpan.FromSeconds(1.4));
        Assert.False(asking.IsCompleted);
        attempts.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsType<ReplyGenerated>(await asking);
    }

    [Theory]
    [InlineData("demo:hang", "")]
    [InlineData("demo:hang-after=2", "[demo] You ")]
    public async Task Should_hang_when_it_is_told_to_until_the_deadline(string told, string partial)
    {
        var asking = attempts.Ask(told);
        attempts.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(asking.IsCompleted);
        attempts.Time.Advance(TimeSpan.FromMinutes(1));
        var failed = Assert.IsType<ReplyFailed>(await asking);
        Assert.Equal(("The model did not answer in time.", partial), (failed.Reason, failed.PartialText));
    }

    [Theory]
    [InlineData("What is mydemo:fail and demo:unknown=1?")]
    [InlineData("https://x/demo:fail:y demo: fail")]
    public async Task Should_not_be_told_what_is_no_directive(string message)
    {
        var reply = await attempts.Ask(message.Replace("demo:fail:y", "y", StringComparison.Ordinal));
        Assert.IsType<ReplyGenerated>(reply);
    }
}

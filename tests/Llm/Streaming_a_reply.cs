using Bus.Contracts;
using Bus.Llm;
using Xunit;

namespace Bus.Tests.Llm;

public sealed class Streaming_a_reply : IDisposable
{
    private readonly Attempts attempts = new();
    private readonly FakeModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public async Task Should_send_the_first_piece_at_once_and_the_next_ones_together()
    {
        var generating = await Begin("One ");

        await Say("two ");
        await Say("three ");
        await attempts.Time.TimerOf(ReplyGenerator.ChunkInterval);
        Assert.Empty(attempts.Received());

        attempts.Time.Advance(ReplyGenerator.ChunkInterval);
        Assert.Equal("two three ", await attempts.NextChunk());

        await Say("four ");
        await Say("five");
        Assert.Empty(attempts.Received());
        model.End();
        Assert.Equal("One two three four five", Assert.IsType<ReplyGenerated>(await generating).Text);
        Assert.Equal(["four five"], attempts.Received());
        Assert.Equal([0, 4, 14], attempts.Chunks.Select(chunk => chunk.Offset));
        Assert.All(attempts.Chunks, chunk => Assert.Equal((3, 4), (chunk.TurnId.ToByteArray()[0], chunk.AttemptId.ToByteArray()[0])));
    }

    [Fact]
    public async Task Should_send_every_piece_of_a_slow_model_at_once()
    {
        var generating = await Begin("One ");
        await SayAfter(TimeSpan.FromMilliseconds(41), "two ");
        Assert.Equal("two ", await attempts.NextChunk());
        await SayAfter(TimeSpan.FromMilliseconds(500), "three");
        Assert.Equal("three", await attempts.NextChunk());
        model.End();
        await generating;
        Assert.Empty(attempts.Received());
    }

    [Fact]
    public async Task Should_not_keep_a_piece_back_while_the_model_thinks()
    {
        var generating = await Begin("One ");
        await Say("two");
        await attempts.Time.TimerOf(ReplyGenerator.ChunkInterval);
        attempts.Time.Advance(ReplyGenerator.ChunkInterval);
        Assert.Equal("two", await attempts.NextChunk());
        model.End();
        await generating;
    }

    [Fact]
    public async Task Should_never_split_a_character()
    {
        var generating = await Begin("a\ud83d", "a");
        await SayAfter(TimeSpan.FromSeconds(1), "\ude00b");
        model.End();
        Assert.Equal("a😀b", Assert.IsType<ReplyGenerated>(await generating).Text);
        Assert.Equal([(0, "a"), (1, "😀b")], attempts.Chunks.Select(chunk => (chunk.Offset, chunk.Text)));
    }

    [Fact]
    public async Task Should_send_nothing_when_nobody_waits()
    {
        attempts.ReplyTo = null;
        var generating = await Begin("One ");
        await SayAfter(TimeSpan.FromSeconds(1), "two");
        model.End();
        Assert.IsType<ReplyGenerated>(await generating);
        Assert.Empty(attempts.Chunks);
    }

    [Fact]
    public async Task Should_go_on_when_a_chunk_is_lost()
    {
        attempts.Send = _ => throw new InvalidOperationException("no broker");
        var generating = await Begin("One ");
        await SayAfter(TimeSpan.FromSeconds(1), "two");
        model.End();
        Assert.Equal("One two", Assert.IsType<ReplyGenerated>(await generating).Text);
        Assert.Equal([0, 4], attempts.Chunks.Select(chunk => chunk.Offset));
        Assert.All(attempts.Log.Lines, line => Assert.StartsWith("Debug:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_not_wait_for_a_broker_that_takes_nothing()
    {
        attempts.Send = _ => new ValueTask(new TaskCompletionSource().Task);
        var generating = attempts.Generate(model);
        model.Say("One ");
        await attempts.Time.TimerOf(TimeSpan.FromSeconds(1));
        attempts.Time.Advance(TimeSpan.FromSeconds(1));
        model.Say("two");
        model.End();
        Assert.Equal("One two", Assert.IsType<ReplyGenerated>(await generating).Text);
        Assert.Single(attempts.Chunks);
    }

    /// <summary>The model says the first, which is sent before it says more.</summary>
    private async Task<Task<object>> Begin(string text, string? sent = null)
    {
        var generating = attempts.Generate(model);
        await model.Wanted();
        await Say(text);
        if (attempts.ReplyTo is not null)
            Assert.Equal(sent ?? text, await attempts.NextChunk());
        return generating;
    }

    private async Task Say(string text)
    {
        model.Say(text);
        await model.Wanted();
    }

    private Task SayAfter(TimeSpan pause, string text)
    {
        attempts.Time.Advance(pause);
        return Say(text);
    }
}

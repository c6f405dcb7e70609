using Bus.Contracts;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

public class Ending_a_reply_early
{
    private readonly Attempts attempts = new();

    [Fact]
    public async Task Should_fail_two_seconds_before_the_deadline()
    {
        using var model = new FakeModel();
        attempts.Deadline = Attempts.Start + TimeSpan.FromSeconds(10);
        var generating = attempts.Generate(model);
        model.Say("Hel");
        await model.Wanted();
        await model.Wanted();

        attempts.Time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.False(generating.IsCompleted);
        attempts.Time.Advance(TimeSpan.FromSeconds(0.1));

        var failed = Assert.IsType<ReplyFailed>(await generating);
        Assert.Equal(("The model did not answer in time.", "Hel"), (failed.Reason, failed.PartialText));
        Assert.Equal((Attempts.Start, Attempts.Start + TimeSpan.FromSeconds(8)), (failed.StartedAt, failed.FailedAt));
        Assert.True(failed.Usage is { Estimated: true, InputTokens: > 0 });
    }

    [Fact]
    public async Task Should_not_ask_when_it_is_too_late_already()
    {
        using var model = new FakeModel();
        attempts.Deadline = Attempts.Start;
        Assert.Equal("The model did not answer in time.", Assert.IsType<ReplyFailed>(await attempts.Generate(model)).Reason);
        Assert.Equal(0, model.Calls);
    }

    [Fact]
    public async Task Should_take_any_deadline()
    {
        attempts.Deadline = DateTimeOffset.MaxValue;
        Assert.IsType<ReplyGenerated>(await attempts.Ask("Hello"));
    }

    [Fact]
    public async Task Should_keep_what_there_is_when_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var model = new FakeModel();
        attempts.Stop = stop.Token;
        var generating = attempts.Generate(model);
        model.Say("Hel");
        await model.Wanted();
        await model.Wanted();
        await stop.CancelAsync();

        var reply = Assert.IsType<ReplyGenerated>(await generating);
        Assert.Equal(("Hel", FinishReasons.Cancelled), (reply.Text, reply.FinishReason));
        Assert.True(reply.Usage is { Estimated: true, OutputTokens: 5 });
    }

    [Fact]
    public async Task Should_not_ask_when_it_was_stopped_before()
    {
        using var model = new FakeModel();
        attempts.Stop = new CancellationToken(canceled: true);
        var reply = Assert.IsType<ReplyGenerated>(await attempts.Generate(model));
        Assert.Equal(("", FinishReasons.Cancelled, 0), (reply.Text, reply.FinishReason, model.Calls));
    }

    [Fact]
    public async Task Should_be_whole_when_it_is_stopped_after_the_finish_reason()
    {
        using var stop = new CancellationTokenSource();
        using var model = new FakeModel();
        attempts.Stop = stop.Token;
        var generating = attempts.Generate(model);
        model.Say(new ChatResponseUpdate(ChatRole.Assistant, "Hello.") { FinishReason = ChatFinishReason.Stop });
        await model.Wanted();
        await model.Wanted();
        await stop.CancelAsync();
        Assert.Equal("stop", Assert.IsType<ReplyGenerated>(await generating).FinishReason);
    }

    [Fact]
    public async Task Should_decide_nothing_when_the_process_ends()
    {
        using var shutdown = new CancellationTokenSource();
        using var model = new FakeModel();
        attempts.Shutdown = shutdown.Token;
        var generating = attempts.Generate(model);
        model.Say("Hel");
        await model.Wanted();
        await model.Wanted();
        await shutdown.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generating);
    }
}

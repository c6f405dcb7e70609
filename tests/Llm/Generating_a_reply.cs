using Bus.Contracts;
using Bus.Llm;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

public class Generating_a_reply
{
    private readonly Attempts attempts = new();

    [Fact]
    public async Task Should_give_the_whole_text_and_who_wrote_it()
    {
        using var model = new FakeModel();
        attempts.Options = new ModelOptions(0.5, 9);
        var generating = attempts.Generate(model);
        model.Say("Hello ");
        model.Say("you.");
        model.Say(new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 7, OutputTokenCount = 3, CachedInputTokenCount = 5, ReasoningTokenCount = 2 })])
        {
            ModelId = "m-1-2026",
            FinishReason = ChatFinishReason.Length,
        });
        model.End();

        var reply = Assert.IsType<ReplyGenerated>(await generating);
        Assert.Equal(("Hello you.", "custom", "m-1-2026", "length"), (reply.Text, reply.Provider, reply.Model, reply.FinishReason));
        Assert.Equal(new Usage(7, 3, 5, 2, false), reply.Usage);
        Assert.Equal((Attempts.Start, Attempts.Start), (reply.StartedAt, reply.GeneratedAt));
        Assert.Equal((1, 2, 3, 4), (reply.ConversationId.ToByteArray()[0], reply.SessionId.ToByteArray()[0], reply.TurnId.ToByteArray()[0], reply.AttemptId.ToByteArray()[0]));
        Assert.Equal([(ChatRole.System, "Be brief."), (ChatRole.User, "Hello?")], model.Prompt.Select(message => (message.Role, message.Text)));
        Assert.Equal((0.5f, 9), (model.Options!.Temperature, model.Options.MaxOutputTokens));
    }

    [Fact]
    public async Task Should_estimate_usage_that_nobody_reports()
    {
        var reply = Assert.IsType<ReplyGenerated>(await Say("Hello you."));
        Assert.Equal(
            new Usage(RenderedPrompt.EstimateTokens("Be brief.") + RenderedPrompt.EstimateTokens("Hello?"), RenderedPrompt.EstimateTokens("Hello you."), 0, 0, true),
            reply.Usage);
        Assert.Equal(("stop", "m-1"), (reply.FinishReason, reply.Model));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    public async Task Should_fail_when_the_model_says_nothing(string nothing)
    {
        Assert.Equal("The model gave no answer.", Assert.IsType<ReplyFailed>(await Say(nothing)).Reason);
    }

    [Fact]
    public async Task Should_keep_what_there_is_when_the_provider_fails()
    {
        var failed = Assert.IsType<ReplyFailed>(await Say("Hel", new ProviderException(ProviderFailure.Broken, "The model's answer broke off.")));
        Assert.Equal(("The model's answer broke off.", "Hel", "m-1"), (failed.Reason, failed.PartialText, failed.Model));
        Assert.True(failed.Usage is { Estimated: true, InputTokens: > 0, OutputTokens: > 0 });
    }

    [Fact]
    public async Task Should_count_nothing_when_the_provider_refused()
    {
        var failed = Assert.IsType<ReplyFailed>(await Say("", new ProviderException(ProviderFailure.Rejected, "The model provider refused our key (401).")));
        Assert.Equal(new Usage(0, 0, 0, 0, true), failed.Usage);
    }

    [Fact]
    public async Task Should_survive_an_exception_that_nobody_foresaw()
    {
        var failed = Assert.IsType<ReplyFailed>(await Say("Hel", new InvalidOperationException($"key {Asking.Key}")));
        Assert.Equal(("The model could not be asked.", "Hel"), (failed.Reason, failed.PartialText));
        Assert.Contains(attempts.Log.Lines, line => line.StartsWith("Error:", StringComparison.Ordinal) && line.Contains("InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(attempts.Log.Lines, line => line.Contains(Asking.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_be_whole_when_the_provider_fails_after_the_finish_reason()
    {
        using var model = new FakeModel();
        var generating = attempts.Generate(model);
        model.Say(new ChatResponseUpdate(ChatRole.Assistant, "Hello.") { FinishReason = ChatFinishReason.Stop });
        model.End(new ProviderException(ProviderFailure.Broken, "The model's answer broke off."));
        Assert.Equal("Hello.", Assert.IsType<ReplyGenerated>(await generating).Text);
    }

    [Fact]
    public async Task Should_end_a_reply_that_is_too_long()
    {
        using var model = new FakeModel();
        var generating = attempts.Generate(model);
        model.Say(new string('a', Limits.LongestReply - 1));
        model.Say("😀 and more");

        var reply = Assert.IsType<ReplyGenerated>(await generating);
        Assert.Equal((Limits.LongestReply - 1, "length"), (reply.Text.Length, reply.FinishReason));
        Assert.Equal(reply.Text, string.Concat(attempts.Received()));
    }

    [Theory]
    [InlineData(0, "a\uFFFDb")]
    [InlineData(0xD83D, "a\uFFFDb")]
    [InlineData(0xDE00, "a\uFFFDb")]
    public async Task Should_hold_no_character_that_cannot_be_kept(int unit, string kept)
    {
        Assert.Equal(kept, Assert.IsType<ReplyGenerated>(await Say($"a{(char)unit}b")).Text);
        Assert.Equal(kept, string.Concat(attempts.Received()));
    }

    [Fact]
    public async Task Should_not_end_in_half_a_character()
    {
        Assert.Equal("a\uFFFD", Assert.IsType<ReplyGenerated>(await Say("a\ud83d")).Text);
        Assert.Equal("a\uFFFD", string.Concat(attempts.Received()));
    }

    [Fact]
    public async Task Should_not_believe_a_name_that_is_a_text()
    {
        using var model = new FakeModel();
        var generating = attempts.Generate(model);
        model.Say(new ChatResponseUpdate(ChatRole.Assistant, "Hello.") { ModelId = "m\n\u001b[31m" + new string('x', 5000) });
        model.End();
        var reply = Assert.IsType<ReplyGenerated>(await generating);
        Assert.StartsWith("m[31mxxx", reply.Model, StringComparison.Ordinal);
        Assert.Equal(200, reply.Model.Length);
    }

    private Task<object> Say(string text, Exception? failure = null)
    {
        var model = new FakeModel();
        var generating = attempts.Generate(model);
        model.Say(text);
        model.End(failure);
        return generating;
    }
}

using Bus.Contracts;
using Bus.Tests.Support;
using Bus.Tests.Wire;
using Xunit;

namespace Bus.Tests.Memory;

public sealed class Rendering_a_prompt
{
    private static readonly MessageReceived Message = (MessageReceived)Examples.Full(typeof(MessageReceived)) with { Text = "你好", Speaker = null, Attachments = null, Handling = null };
    private static readonly ReplyGenerated Reply = (ReplyGenerated)Examples.Full(typeof(ReplyGenerated)) with { Text = "Привет" };

    [Fact]
    public void Should_put_the_instruction_first() => Assert.Equal(
        [new PromptMessage("system", "Be kind."), new PromptMessage("user", "你好"), new PromptMessage("assistant", "Привет")],
        RenderedPrompt.Of("Be kind.", [RenderedPrompt.MessageOf(Message)!, RenderedPrompt.MessageOf(Reply)!]).Messages);

    [Fact]
    public void Should_do_without_an_instruction() => Assert.Equal(
        [new PromptMessage("user", "你好")], RenderedPrompt.Of("", [RenderedPrompt.MessageOf(Message)!]).Messages);

    [Fact]
    public void Should_take_nothing_from_other_events_and_from_a_reply_without_text()
    {
        Assert.Null(RenderedPrompt.MessageOf(Some.Event()));
        Assert.Null(RenderedPrompt.MessageOf(Reply with { Text = "" }));
    }

    /// <summary>Hashes are kept in the log: these must never change.</summary>
    [Fact]
    public void Should_have_a_hash_that_stays_what_it_was()
    {
        Assert.Equal("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", RenderedPrompt.Of("", []).Hash());
        Assert.Equal("b2e242cc40d98ecd83494e810f958dff82fc39205d5db863bb9b068d89c57268", RenderedPrompt.Of("Be kind.", [new PromptMessage("user", "你好 😀 <&> \"\\")]).Hash());
    }

    [Fact]
    public void Should_have_another_hash_for_any_other_prompt()
    {
        RenderedPrompt[] different =
        [
            RenderedPrompt.Of("", []),
            RenderedPrompt.Of("a", []),
            RenderedPrompt.Of("", [new("user", "a")]),
            RenderedPrompt.Of("", [new("assistant", "a")]),
            RenderedPrompt.Of("", [new("user", "a"), new("user", "b")]),
            RenderedPrompt.Of("", [new("user", "b"), new("user", "a")]),
            RenderedPrompt.Of("", [new("user", "ab")]),
            RenderedPrompt.Of("", [new("user", "a\",\"b")]),
        ];
        Assert.Equal(different.Length, different.Select(prompt => prompt.Hash()).Distinct().Count());
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("a", 5)]
    [InlineData("abcd", 5)]
    [InlineData("abcde", 6)]
    [InlineData("ж", 5)]
    [InlineData("你好", 6)]
    [InlineData("😀", 5)]
    public void Should_estimate_tokens_from_the_bytes(string text, int tokens) => Assert.Equal(tokens, RenderedPrompt.EstimateTokens(text));
}

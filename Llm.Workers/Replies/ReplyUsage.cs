using Bus.Contracts;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>What an attempt took.</summary>
internal static class ReplyUsage
{
    /// <summary>Nothing was asked of any model.</summary>
    public static readonly Usage None = new(0, 0, 0, 0, Estimated: true);

    public static Usage Reported(UsageDetails details) => new(
        Count(details.InputTokenCount),
        Count(details.OutputTokenCount),
        Count(details.CachedInputTokenCount),
        Count(details.ReasoningTokenCount),
        Estimated: false);

    public static Usage Estimate(RenderedPrompt prompt, string text) => new(
        Count(prompt.Messages.Sum(message => (long)RenderedPrompt.EstimateTokens(message.Content))),
        text.Length == 0 ? 0 : RenderedPrompt.EstimateTokens(text),
        0,
        0,
        Estimated: true);

    private static int Count(long? tokens) => (int)Math.Clamp(tokens ?? 0, 0, int.MaxValue);
}

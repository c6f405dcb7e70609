using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>The token counts of a provider's answer.</summary>
internal static class ChatUsage
{
    public static UsageDetails? Read(JsonElement usage)
    {
        var input = usage.Member("prompt_tokens").Count();
        var output = usage.Member("completion_tokens").Count();
        if (input is null && output is null)
            return null;
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            CachedInputTokenCount = usage.Member("prompt_tokens_details").Member("cached_tokens").Count()
                ?? usage.Member("prompt_cache_hit_tokens").Count(),
            ReasoningTokenCount = usage.Member("completion_tokens_details").Member("reasoning_tokens").Count(),
        };
    }
}

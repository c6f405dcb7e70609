using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>The header <c>Retry-After</c>: seconds, or a date.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(PipelineResponseHeaders headers, TimeProvider time)
    {
        if (!headers.TryGetValue("Retry-After", out var text) || !RetryConditionHeaderValue.TryParse(text, out var value))
            return null;
        var wait = value.Delta ?? value.Date - time.GetUtcNow();
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, Limits.LongestProviderRetryAfter.Ticks));
    }
}

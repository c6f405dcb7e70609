using System.Globalization;
using System.Net.Http.Headers;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>The header <c>Retry-After</c>: seconds, or a date; or <c>retry-after-ms</c>, as some providers say it more exactly.</summary>
internal static class RetryAfter
{
    private const string Milliseconds = "retry-after-ms";

    public static TimeSpan? Read(HttpResponseHeaders headers, TimeProvider time)
    {
        if (headers.TryGetValues(Milliseconds, out var exact) && double.TryParse(exact.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ms))
            return Within(TimeSpan.FromMilliseconds(Math.Min(ms, Limits.LongestProviderRetryAfter.TotalMilliseconds)));
        if (!headers.TryGetValues("Retry-After", out var said) || !RetryConditionHeaderValue.TryParse(said.First(), out var value))
            return null;
        return (value.Delta ?? value.Date - time.GetUtcNow()) is { } wait ? Within(wait) : null;
    }

    private static TimeSpan Within(TimeSpan wait) => TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, Limits.LongestProviderRetryAfter.Ticks));
}

using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Catalog;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Metering.Lookups;

/// <summary>
/// Reads what a call took at the address that the catalog has for it. Two forms are understood, at the top or in <c>data</c>: OpenAI's <c>usage</c>, and OpenRouter's
/// <c>native_tokens_…</c> (https://openrouter.ai/docs/api-reference/get-a-generation).
/// </summary>
internal sealed partial class ProviderUsage(HttpClient http, TimeProvider time, ILogger<ProviderUsage> log) : IUsageSource
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public async Task<TokenCounts?> Of(LlmModel model, ProviderKey? key, string callId, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, model.UsageUrl!.Replace("{id}", Uri.EscapeDataString(callId), StringComparison.Ordinal));
            request.Show(model, key);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                LogRefused(model.Provider, (int)response.StatusCode);
                return null;
            }

            var buffer = new byte[Limits.LargestErrorBody];
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
            using var json = JsonDocument.Parse(buffer.AsMemory(0, count));
            return Read(json.RootElement.Member("data") is { ValueKind: JsonValueKind.Object } data ? data : json.RootElement);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            LogNotTold(model.Provider);
            return null;
        }
    }

    private static TokenCounts? Read(JsonElement call)
    {
        var usage = call.Member("usage");
        return (usage.Member("prompt_tokens").Count(), usage.Member("completion_tokens").Count()) is ({ } input, { } output)
            ? new TokenCounts(
                input, output, usage.Member("prompt_tokens_details").Member("cached_tokens").Count() ?? 0, usage.Member("completion_tokens_details").Member("reasoning_tokens").Count() ?? 0)
            : (call.Member("native_tokens_prompt").Count(), call.Member("native_tokens_completion").Count()) is ({ } prompt, { } completion)
            ? new TokenCounts(prompt, completion, call.Member("native_tokens_cached").Count() ?? 0, call.Member("native_tokens_reasoning").Count() ?? 0)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Provider} does not tell what a call took (status {Status})")]
    private partial void LogRefused(string provider, int status);

    // Without the exception's own message: it may repeat what the provider wrote, and that what we sent.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Provider} could not be asked what a call took")]
    private partial void LogNotTold(string provider);
}

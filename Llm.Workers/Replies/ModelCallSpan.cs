using System.Diagnostics;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>The span of one model call, by OpenTelemetry's conventions for generative AI; never with what was said.</summary>
internal sealed class ModelCallSpan(Activity? span) : IDisposable
{
    private static readonly ActivitySource Source = new(LlmModule.ActivitySourceName);

    public static ModelCallSpan Start(ModelRoute route, GenerateReply command)
    {
        var span = Source.StartActivity($"chat {route.Model}", ActivityKind.Client);
        if (span is not { IsAllDataRequested: true })
            return new ModelCallSpan(span);

        span.SetTag("gen_ai.operation.name", "chat");
        span.SetTag("gen_ai.provider.name", route.Provider);
        span.SetTag("gen_ai.request.model", route.Model);
        span.SetTag("gen_ai.request.stream", true);
        span.SetTag("gen_ai.request.temperature", command.Options?.Temperature);
        span.SetTag("gen_ai.request.max_tokens", command.Options?.MaxTokens);
        span.SetTag("gen_ai.conversation.id", command.ConversationId.ToString());
        if (route.Server is { } server)
        {
            span.SetTag("server.address", server.Host);
            span.SetTag("server.port", server.Port);
        }

        return new ModelCallSpan(span);
    }

    public void Answered(string model, string finishReason, Usage usage)
    {
        Set(model, usage);
        span?.SetTag("gen_ai.response.finish_reasons", new[] { finishReason });
    }

    public void Failed(string model, string errorType, Usage usage)
    {
        Set(model, usage);
        span?.SetTag("error.type", errorType);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose() => span?.Dispose();

    private void Set(string model, Usage usage)
    {
        span?.SetTag("gen_ai.response.model", model);
        span?.SetTag("gen_ai.usage.input_tokens", usage.InputTokens);
        span?.SetTag("gen_ai.usage.output_tokens", usage.OutputTokens);
        if (usage.CachedTokens > 0)
            span?.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CachedTokens);
        if (usage.ReasoningTokens > 0)
            span?.SetTag("gen_ai.usage.reasoning.output_tokens", usage.ReasoningTokens);
    }
}

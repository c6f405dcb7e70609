using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>The built-in model, asked as providers are: it reads the same requests and writes the same answers.</summary>
/// <param name="demo">The model.</param>
/// <param name="time">The clock.</param>
internal sealed class DemoUpstream(DemoChatClient demo, TimeProvider time) : IUpstream
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task<UpstreamAnswer> Ask(UpstreamCall call, CancellationToken cancellation)
    {
        if (call.Path != UpstreamCall.Completions)
            throw new ProviderException(ProviderFailure.UnknownModel, "The demo model has no vectors.");
        using var request = JsonDocument.Parse(call.Body);
        var prompt = request.RootElement.Member("messages") is { ValueKind: JsonValueKind.Array } messages ? messages.EnumerateArray().Select(MessageOf).ToList() : [];
        var events = call.IsStream ? Stream(call.Id, prompt, cancellation) : Whole(call.Id, prompt, cancellation);
        return Task.FromResult(new UpstreamAnswer(events, new ProviderErrors(null, call.Body, time), null));
    }

    private static ChatMessage MessageOf(JsonElement message) => new(new ChatRole(message.Member("role").Text() ?? "user"), TextOf(message.Member("content")));

    private static string TextOf(JsonElement content) => content.ValueKind is JsonValueKind.Array
        ? string.Join("\n", content.EnumerateArray().Select(part => part.Member("text").Text()).OfType<string>())
        : content.Text() ?? "";

    private async IAsyncEnumerable<AnswerEvent> Stream(Guid id, List<ChatMessage> prompt, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var update in demo.GetStreamingResponseAsync(prompt, null, cancellation))
        {
            var isEnd = update.FinishReason is not null;
            yield return Event(new
            {
                id = $"demo-{id}",
                @object = "chat.completion.chunk",
                created = time.GetUtcNow().ToUnixTimeSeconds(),
                model = "demo",
                choices = new[] { new { index = 0, delta = isEnd ? (object)new { } : new { role = "assistant", content = update.Text }, finish_reason = update.FinishReason?.Value } },
            });
            if (UsageOf(update) is { } usage)
                yield return Event(new { id = $"demo-{id}", @object = "chat.completion.chunk", created = time.GetUtcNow().ToUnixTimeSeconds(), model = "demo", choices = Array.Empty<object>(), usage });
        }

        yield return new AnswerEvent(false, ChatAnswer.Done);
    }

    private async IAsyncEnumerable<AnswerEvent> Whole(Guid id, List<ChatMessage> prompt, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in demo.GetStreamingResponseAsync(prompt, null, cancellation))
            updates.Add(update);
        yield return Event(new
        {
            id = $"demo-{id}",
            @object = "chat.completion",
            created = time.GetUtcNow().ToUnixTimeSeconds(),
            model = "demo",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = string.Concat(updates.Select(update => update.Text)) }, finish_reason = "stop" } },
            usage = UsageOf(updates[^1]),
        });
    }

    private static object? UsageOf(ChatResponseUpdate update) => update.Contents.OfType<UsageContent>().LastOrDefault()?.Details is { } details
        ? new { prompt_tokens = details.InputTokenCount, completion_tokens = details.OutputTokenCount, total_tokens = details.InputTokenCount + details.OutputTokenCount }
        : null;

    private static AnswerEvent Event(object body) => new(false, JsonSerializer.SerializeToUtf8Bytes(body, Json));
}

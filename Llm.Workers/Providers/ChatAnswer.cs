using System.Text.Json;
using Bus.Contracts;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>What a model's answer has said so far, piece by piece.</summary>
internal sealed class ChatAnswer
{
    public static readonly ReadOnlyMemory<byte> Done = "[DONE]"u8.ToArray();

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = Limits.DeepestAnswer };

    private bool hasText;
    private UsageDetails? usage;

    public string? FinishReason { get; private set; }

    public string? Model { get; private set; }

    /// <summary>Takes the next piece in; gives the text that it adds.</summary>
    public string Add(ReadOnlyMemory<byte> piece)
    {
        using var json = JsonDocument.Parse(piece, Deep);
        var root = json.RootElement;
        Model ??= root.Member("model").Text();
        // Some servers repeat a growing count in every chunk: the last one counts.
        usage = ChatUsage.Read(root.Member("usage")) ?? usage;

        // Only the first choice is ever asked for.
        var choice = root.Member("choices").First();
        FinishReason ??= choice.Member("finish_reason").Text();
        var message = choice.Member("delta") is { ValueKind: JsonValueKind.Object } delta ? delta : choice.Member("message");
        var text = message.Member("content").Text() ?? "";
        hasText |= text.Length > 0;
        return text;
    }

    /// <summary>The last update.</summary>
    /// <exception cref="ProviderException">The model said nothing.</exception>
    public ChatResponseUpdate End()
    {
        if (!hasText)
            throw ProviderErrors.NoAnswer();
        return new ChatResponseUpdate(ChatRole.Assistant, usage is null ? [] : [new UsageContent(usage)])
        {
            ModelId = Model,
            FinishReason = new ChatFinishReason(FinishReason ?? "stop"),
        };
    }
}

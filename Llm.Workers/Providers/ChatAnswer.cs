using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Bus.Contracts;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>What a provider's answer has said so far, piece by piece.</summary>
internal sealed class ChatAnswer(ProviderErrors errors)
{
    public static readonly ReadOnlyMemory<byte> Done = "[DONE]"u8.ToArray();

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = Limits.DeepestAnswer,
    };

    private bool hasText;
    private UsageDetails? usage;

    public bool IsDone { get; private set; }

    public string? FinishReason { get; private set; }

    public string? Model { get; private set; }

    /// <summary>Takes the next event in; gives the text that it adds.</summary>
    public string Add(AnswerEvent next)
    {
        IsDone = next.Data.Span.Trim(" \t"u8).SequenceEqual(Done.Span);
        if (IsDone)
            return "";

        using var json = Parse(next);
        var root = json.RootElement;
        if (errors.Reported(root, next.IsError) is { } error)
            throw error;
        if (root.ValueKind is not JsonValueKind.Object)
            throw ProviderErrors.Unreadable();

        var text = AddChunk(root);
        hasText |= text.Length > 0;
        return text;
    }

    /// <summary>The last update; throws when the answer came to no good end.</summary>
    public ChatResponseUpdate End()
    {
        if (FinishReason == "error")
            throw ProviderErrors.BrokeOff();
        if (!hasText)
            throw ProviderErrors.NoAnswer();
        if (!IsDone && FinishReason is null)
            throw ProviderErrors.BrokeOff();
        return new ChatResponseUpdate(ChatRole.Assistant, usage is null ? [] : [new UsageContent(usage)])
        {
            ModelId = Model,
            FinishReason = new ChatFinishReason(FinishReason ?? "stop"),
        };
    }

    private string AddChunk(JsonElement root)
    {
        Model ??= root.Member("model").Text();
        // Some servers repeat a growing count in every chunk: the last one counts.
        usage = ChatUsage.Read(root.Member("usage")) ?? usage;

        // Only the first choice is ever asked for.
        var choice = root.Member("choices").First();
        FinishReason ??= choice.Member("finish_reason").Text();
        var message = choice.Member("delta") is { ValueKind: JsonValueKind.Object } delta ? delta : choice.Member("message");
        return message.Member("content").Text() ?? "";
    }

    private static JsonDocument Parse(AnswerEvent next)
    {
        // A text that was cut within a character is worth more with a replacement character than not at all.
        var data = Utf8.IsValid(next.Data.Span) ? next.Data : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(next.Data.Span));
        try
        {
            return JsonDocument.Parse(data, Lenient);
        }
        catch (JsonException) when (next.IsError)
        {
            return JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(data.Span)));
        }
        catch (JsonException)
        {
            throw ProviderErrors.Unreadable();
        }
    }
}

using System.Buffers;
using System.ClientModel;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>The body of a request for a streamed chat completion.</summary>
internal static class ChatRequest
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BinaryContent Of(ProviderChoice choice, IEnumerable<ChatMessage> prompt, ChatOptions? options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            Write(json, choice, prompt, options);
        return BinaryContent.Create(new BinaryData(buffer.WrittenMemory));
    }

    private static void Write(Utf8JsonWriter json, ProviderChoice choice, IEnumerable<ChatMessage> prompt, ChatOptions? options)
    {
        json.WriteStartObject();
        json.WriteString("model", options?.ModelId ?? choice.Model);
        json.WriteStartArray("messages");
        foreach (var message in prompt)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role.Value);
            json.WriteString("content", message.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (options?.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        // OpenAI's newer models refuse the old name, and most other servers know no other.
        if (options?.MaxOutputTokens is { } limit)
            json.WriteNumber(choice.Provider == "openai" ? "max_completion_tokens" : "max_tokens", limit);
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>The body of a request for a streamed chat completion.</summary>
internal static class ChatRequest
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of(IEnumerable<ChatMessage> prompt, ChatOptions? options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            Write(json, prompt, options);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<ChatMessage> prompt, ChatOptions? options)
    {
        json.WriteStartObject();
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
        if (options?.MaxOutputTokens is { } limit)
            json.WriteNumber("max_tokens", limit);
        json.WriteBoolean("stream", true);
        json.WriteEndObject();
    }
}

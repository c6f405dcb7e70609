using System.Buffers;
using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bus.Contracts;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Serialization;

namespace Bus.Messaging.Envelopes;

/// <summary>
/// MassTransit's JSON envelope (<c>application/vnd.masstransit+json</c>), short and without line breaks: who runs on which machine,
/// and what the transport's headers say already, is left out. It is about half as long as MassTransit's own, and any
/// MassTransit application reads it.
/// </summary>
internal sealed class EnvelopeSerializer : IMessageSerializer
{
    /// <summary>How messages are written: as MassTransit writes them.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = Limits.DeepestBusMessage,
    };

    private static readonly JsonWriterOptions Writing = new() { Encoder = Options.Encoder };

    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        // MassTransit's own messages are interfaces and few.
        if (typeof(T).IsInterface)
            return SystemTextJsonMessageSerializer.Instance.GetMessageBody(context);

        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        Write(json, "messageId", context.MessageId);
        Write(json, "requestId", context.RequestId);
        Write(json, "correlationId", context.CorrelationId);
        Write(json, "conversationId", context.ConversationId);
        Write(json, "initiatorId", context.InitiatorId);
        if (context.ResponseAddress is not null)
            json.WriteString("responseAddress", context.ResponseAddress.AbsoluteUri);
        if (context.FaultAddress is not null)
            json.WriteString("faultAddress", context.FaultAddress.AbsoluteUri);
        json.WriteStartArray("messageType");
        foreach (var type in context.SupportedMessageTypes)
            json.WriteStringValue(type);
        json.WriteEndArray();
        json.WritePropertyName("message");
        JsonSerializer.Serialize(json, context.Message, Options);
        WriteHeaders(json, context.Headers);
        json.WriteEndObject();
        json.Flush();
        return new BytesMessageBody(buffer.WrittenSpan.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, Guid? id)
    {
        if (id is { } value)
            json.WriteString(name, value);
    }

    /// <summary>The trace is read from the transport's headers.</summary>
    private static void WriteHeaders(Utf8JsonWriter json, Headers headers)
    {
        json.WriteStartObject("headers");
        foreach (var header in headers.GetAll())
        {
            if (header.Key is DiagnosticHeaders.ActivityId or DiagnosticHeaders.ActivityCorrelationContext)
                continue;
            json.WritePropertyName(header.Key);
            JsonSerializer.Serialize(json, header.Value, Options);
        }

        json.WriteEndObject();
    }
}

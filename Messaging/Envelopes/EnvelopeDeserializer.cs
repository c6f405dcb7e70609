using System.Net.Mime;
using System.Runtime.Serialization;
using System.Text.Json;
using Bus.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace Bus.Messaging.Envelopes;

/// <summary>Reads MassTransit's JSON envelope; the message in it is read once, straight into its type.</summary>
internal sealed class EnvelopeDeserializer : IMessageDeserializer
{
    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = Limits.DeepestBusMessage };

    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) => new BodyConsumeContext(
        receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    /// <exception cref="SerializationException">The body is no envelope, or too large.</exception>
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null)
    {
        var bytes = body.GetBytes();
        if (bytes.Length > Limits.LargestBusMessage)
            throw new SerializationException($"The message has {bytes.Length} bytes; the most that are read are {Limits.LargestBusMessage}.");
        try
        {
            var envelope = new JsonMessageEnvelope();
            var message = Read(bytes, envelope);
            return new EnvelopeContext(
                envelope, bytes.AsMemory(message), () => SystemTextJsonMessageSerializer.Instance.Deserialize(body, headers, destinationAddress));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader puts it that an id is no text.
            throw new SerializationException($"The message is no envelope: {failure.Message}", failure);
        }
    }

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("json").Add("contentType", ContentType.MediaType);

    /// <returns>Where the message is.</returns>
    private static Range Read(byte[] bytes, JsonMessageEnvelope envelope)
    {
        var json = new Utf8JsonReader(bytes, Reading);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("it is not an object.");

        Range? message = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "messageId": envelope.MessageId = json.GetString(); break;
                case "requestId": envelope.RequestId = json.GetString(); break;
                case "correlationId": envelope.CorrelationId = json.GetString(); break;
                case "conversationId": envelope.ConversationId = json.GetString(); break;
                case "initiatorId": envelope.InitiatorId = json.GetString(); break;
                case "sourceAddress": envelope.SourceAddress = json.GetString(); break;
                case "responseAddress": envelope.ResponseAddress = json.GetString(); break;
                case "faultAddress": envelope.FaultAddress = json.GetString(); break;
                case "messageType": envelope.MessageType = JsonSerializer.Deserialize<string[]>(ref json); break;
                case "headers": envelope.Headers = JsonSerializer.Deserialize<Dictionary<string, object?>>(ref json) ?? []; break;
                case "message":
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    message = start..(int)json.BytesConsumed;
                    break;
                default: json.Skip(); break;
            }
        }

        return message ?? throw new JsonException("it has no message.");
    }
}

using System.Diagnostics;
using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Conversations;

/// <summary>
/// Tells the sender of a message that could not be handled. Its turn never began, so no deadline would. An operator can still have
/// the message handled, and then it is answered.
/// </summary>
/// <param name="bus">The bus, when it is there: whoever parks is made before it.</param>
internal sealed class ParkedMessages(Func<IBus> bus) : IParkingListener
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string MessageType = MessageUrn.ForTypeString<MessageReceived>();

    public async Task Parked(ReadOnlyMemory<byte> body)
    {
        if (Read(body) is not { } message)
            return;
        var traceId = SagaContextExtensions.TraceIdOf(Activity.Current?.Id ?? "");
        var apology = new DeliverReply(
            message.ConversationId, Guid.Empty, message.MessageId, message.Origin, Notices.Failed(Notices.Parked, message.Sent?.Language, traceId),
            TurnOutcomes.Failed, traceId, message.ReplyTo, message.Sent);
        await bus().Publish(apology, publish => publish.MessageId = Ids.From(message.MessageId, "parked"));
    }

    private static MessageReceived? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize<Envelope>(body.Span, Json);
            return envelope?.MessageType?.Contains(MessageType) == true ? envelope.Message.Deserialize<MessageReceived>(Json) : null;
        }
        catch (JsonException)
        {
            return null; // what nobody can read has no sender that could be told
        }
    }

    private sealed record Envelope(IReadOnlyList<string>? MessageType, JsonElement Message);
}

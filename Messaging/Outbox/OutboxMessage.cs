using System.Text.Json;
using MassTransit;

namespace Bus.Messaging.Outbox;

/// <summary>A message as it will go to the broker, kept in the outbox until the broker has it.</summary>
/// <param name="MessageId">Its id on the bus; the same each time it is sent.</param>
/// <param name="Destination">Where to, without the broker's address, which may change between two starts.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Headers">Its transport headers, the trace among them.</param>
/// <param name="Body">The serialised envelope.</param>
internal sealed record OutboxMessage(
    Guid MessageId, Uri Destination, string ContentType, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The message that a consumer is about to send.</summary>
    public static OutboxMessage Of<T>(SendContext<T> context)
        where T : class
    {
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in context.Headers.GetAll())
        {
            if (header.Value is string text)
                headers[header.Key] = text;
        }

        return new OutboxMessage(
            context.MessageId ?? throw new MessageException(typeof(T), "A message without an id cannot go through the outbox."),
            Relative(context.DestinationAddress ?? throw new MessageException(typeof(T), "A message without a destination cannot be sent.")),
            context.ContentType?.ToString() ?? "application/vnd.masstransit+json",
            headers,
            body);
    }

    /// <summary>Nobody is obliged to listen any more at an address that lives only as long as its process.</summary>
    public bool IsForTemporaryQueue => Destination.Query.Contains("temporary=true", StringComparison.Ordinal)
        || Destination.OriginalString.Contains("temporary=true", StringComparison.Ordinal);

    /// <summary>The exchange it goes to; MassTransit has one of the same name for each queue.</summary>
    public string Exchange => Destination.AbsolutePath;

    public byte[] HeadersJson() => JsonSerializer.SerializeToUtf8Bytes(Headers);

    public static IReadOnlyDictionary<string, string> HeadersOf(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];

    /// <summary>The last segment of the path is the exchange; host, port and virtual host are the connection's affair.</summary>
    private static Uri Relative(Uri address) => new($"exchange:{address.AbsolutePath.Split('/')[^1]}{address.Query}");
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;

namespace Bus.Messaging.Errors;

/// <summary>A message that could not be handled, as it is listed.</summary>
/// <param name="Id">What it is named by: its message id or, when it has none, one that follows from its body.</param>
/// <param name="Queue">The error queue that it is in.</param>
/// <param name="Type">What kind of message it says it is; null when it says nothing that can be read.</param>
/// <param name="At">When it was parked; null when nothing tells.</param>
/// <param name="Tries">How often it was handled in vain; null when nothing tells.</param>
/// <param name="Reason">Why it is here.</param>
public sealed record ErrorItem(string Id, string Queue, string? Type, DateTimeOffset? At, long? Tries, string Reason);

/// <summary>Everything about a message that could not be handled.</summary>
/// <param name="Error">As it is listed.</param>
/// <param name="BackTo">The queue that it goes back to when it is redriven; null when nothing tells.</param>
/// <param name="Headers">What it was published with, and what was noted of it since.</param>
/// <param name="ContentType">What its body is.</param>
/// <param name="Size">The length of its body in bytes.</param>
/// <param name="Body">Its body, when it was asked for: it holds what people said.</param>
public sealed record ErrorDetails(
    ErrorItem Error, string? BackTo, IReadOnlyDictionary<string, string> Headers, string? ContentType, int Size, string? Body);

/// <summary>A message taken from an error queue and not acknowledged.</summary>
internal sealed class ErrorMessage(string queue, BasicGetResult got)
{
    public string Id { get; } = BusHeaders.IdOf(got.BasicProperties, got.Body.Span);

    public string Queue => queue;

    public IReadOnlyBasicProperties Properties => got.BasicProperties;

    public ReadOnlyMemory<byte> Body => got.Body;

    /// <summary>The queue it was to be handled from; null when nothing tells.</summary>
    public string? WorkQueue => QueueNames.WorkQueueOf(queue) ?? Text("x-first-death-queue");

    public ErrorItem Item() => new(Id, queue, Type(), At(), Tries(), Reason());

    public ErrorDetails Details(bool withBody) => new(
        Item(), WorkQueue,
        (Properties.Headers ?? new Dictionary<string, object?>())
            .Where(header => header.Key != BusHeaders.DeliveryCount) // here it counts looks
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .ToDictionary(header => header.Key, header => BusHeaders.TextOf(header.Value), StringComparer.Ordinal),
        Properties.ContentType, Body.Length, withBody ? Encoding.UTF8.GetString(Body.Span) : null);

    private string? Text(string header) => BusHeaders.Text(Properties, header);

    private string Reason() => Text(MessageHeaders.FaultMessage) is { } reason
        ? Text(MessageHeaders.FaultExceptionType) is { } exception ? $"{exception}: {reason}" : reason
        : queue == QueueNames.DeadLetter ? $"The broker took it out of its queue: {Text("x-first-death-reason") ?? "it does not say why"}." : "Nothing tells.";

    private long? Tries() => BusHeaders.Number(Properties, BusHeaders.Tries) is var tries and > 0 ? tries : null;

    private DateTimeOffset? At()
    {
        if (DateTimeOffset.TryParse(Text(MessageHeaders.FaultTimestamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at;
        return Properties.Headers?.TryGetValue("x-death", out var deaths) == true
            && deaths is List<object?> and [Dictionary<string, object?> last, ..] && last.TryGetValue("time", out var time) && time is AmqpTimestamp died
            ? DateTimeOffset.FromUnixTimeSeconds(died.UnixTime)
            : null;
    }

    /// <summary>The first of the types in the envelope, without what all have in common.</summary>
    private string? Type()
    {
        try
        {
            using var envelope = JsonDocument.Parse(Body);
            return envelope.RootElement.TryGetProperty("messageType", out var types) && types.GetArrayLength() > 0
                ? types[0].GetString()?.Split(':')[^1]
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null; // which may be why it is here
        }
    }
}

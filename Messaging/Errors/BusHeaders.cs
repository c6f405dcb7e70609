using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bus.Messaging.Outbox;
using MassTransit;
using RabbitMQ.Client;

namespace Bus.Messaging.Errors;

/// <summary>What a message's headers say about how it fared, and the properties under which it is published on.</summary>
internal static class BusHeaders
{
    /// <summary>How many rungs of the delay ladder it has taken.</summary>
    public const string Rung = "bus-rung";

    /// <summary>How often it was handled in vain before it was parked.</summary>
    public const string Tries = "bus-tries";

    /// <summary>How often the broker took it back from whoever had it; the broker's own.</summary>
    public const string DeliveryCount = "x-delivery-count";

    /// <summary>How often somebody had it in hand before it was published on: the broker's own count begins anew.</summary>
    public const string InHandBefore = "bus-in-hand";

    private const string Faults = "MT-Fault-";
    private const int LongestId = 100;

    /// <summary>What the broker notes of its own ways; published again, it would take it for its own.</summary>
    private static readonly string[] OfTheBroker = ["x-death", "x-first-death-", "x-last-death-", DeliveryCount, "CC", "BCC"];

    /// <summary>What is said of a failure; whoever tries again begins anew.</summary>
    private static readonly string[] OfFailures = [Rung, Tries, Faults, MessageHeaders.Reason];

    /// <summary>How often the broker took it back from whoever had it.</summary>
    public static long TakenBack(IReadOnlyBasicProperties properties) => Number(properties, DeliveryCount);

    /// <summary>A header as a number; 0 when it is none.</summary>
    public static long Number(IReadOnlyBasicProperties properties, string name) =>
        long.TryParse(Text(properties, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A header as text; null when it is not there.</summary>
    public static string? Text(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? TextOf(value) : null;

    /// <summary>The value of a header for people.</summary>
    public static string TextOf(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime).ToString("u", CultureInfo.InvariantCulture),
        IDictionary<string, object?> table => string.Join(", ", table.Select(entry => $"{entry.Key}: {TextOf(entry.Value)}")),
        IEnumerable<object?> list => string.Join("; ", list.Select(TextOf)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The id that people name a message by: its own or, when it has none that can be named, one that follows from its body.</summary>
    public static string IdOf(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body) =>
        properties.MessageId is { Length: > 0 and <= LongestId } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? id
            : $"sha256-{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}";

    /// <summary>How often somebody had it in hand before this delivery, as far as the broker and we have noted it.</summary>
    public static long InHand(IReadOnlyBasicProperties properties) => TakenBack(properties) + Number(properties, InHandBefore);

    /// <summary>The message as it is published on by somebody who had it in hand: durable, and its receiver is told that it may have come before.</summary>
    public static BasicProperties Onward(IReadOnlyBasicProperties properties)
    {
        var onward = Copy(properties, OfTheBroker);
        onward.Headers![InHandBefore] = InHand(properties) + 1;
        return onward;
    }

    /// <summary>The message as it is published again from the beginning.</summary>
    public static BasicProperties Afresh(IReadOnlyBasicProperties properties) => Copy(properties, [.. OfTheBroker, .. OfFailures]);

    /// <summary>The message as it takes its place in a queue anew; what the broker noted of it stays.</summary>
    public static BasicProperties InPlace(IReadOnlyBasicProperties properties) => Copy(properties, [DeliveryCount, "CC", "BCC"]);

    private static BasicProperties Copy(IReadOnlyBasicProperties properties, string[] without)
    {
        var copy = new BasicProperties(properties)
        {
            DeliveryMode = DeliveryModes.Persistent,
            Headers = (properties.Headers ?? new Dictionary<string, object?>())
                .Where(header => !without.Any(left => header.Key.StartsWith(left, StringComparison.OrdinalIgnoreCase)))
                .ToDictionary(StringComparer.Ordinal),
        };
        copy.Headers.TryAdd(OutboxSender.SentAgainHeader, OutboxSender.SentOn);
        copy.ClearExpiration();
        copy.ClearUserId(); // the broker refuses that of another
        return copy;
    }
}

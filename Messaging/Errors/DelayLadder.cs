using System.Globalization;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Errors;

/// <summary>The delays after which a message that failed is tried again (<c>RETRY_DELAYS_SECONDS</c>).</summary>
/// <param name="Delays">One for each further try.</param>
internal sealed record DelayLadder(IReadOnlyList<TimeSpan> Delays)
{
    private const string Setting = "RETRY_DELAYS_SECONDS";

    /// <summary>The first two end within a turn's time; the last outlasts the restart of a server.</summary>
    private const string Usual = "5,30,120";

    private const int MostRungs = 10;
    private const int LongestSeconds = 3600;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is no list of such numbers.</exception>
    public static DelayLadder From(IConfiguration configuration)
    {
        var given = configuration[Setting] is { Length: > 0 } set ? set : Usual;
        var delays = given.Split(',', StringSplitOptions.TrimEntries).Select(Delay).ToList();
        return delays.Count <= MostRungs ? new DelayLadder(delays) : throw Wrong(given);

        TimeSpan Delay(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestSeconds
                ? TimeSpan.FromSeconds(seconds)
                : throw Wrong(given);
    }

    /// <summary>The queue, and exchange, of a delay.</summary>
    public static string QueueOf(TimeSpan delay) => $"bus-delay-{(int)delay.TotalSeconds}s";

    /// <summary>
    /// What is to become of a message that failed: the delay after which it comes back, and the rungs it has then taken. Null
    /// when it is to be parked.
    /// </summary>
    public (TimeSpan Delay, long Rung)? Next(IReadOnlyBasicProperties properties, Exception failure)
    {
        var taken = Math.Max(0, BusHeaders.Number(properties, BusHeaders.Rung));
        if (CausesOf(failure).Any(cause => cause is SerializationException or JsonException or MessageException))
            return null; // it will never be understood

        // A server that is away, or has no room, is not the message's fault: it waits however long that takes.
        if (CausesOf(failure).Any(cause => cause is NpgsqlException { IsTransient: true } or RabbitMQClientException))
            return (Delays[^1], taken);
        return taken < Delays.Count ? (Delays[(int)taken], taken + 1) : null;
    }

    private static IEnumerable<Exception> CausesOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static InvalidOperationException Wrong(string given) =>
        new($"{Setting} must be one to {MostRungs} whole numbers from 1 to {LongestSeconds}, separated by commas, not '{given}'.");
}

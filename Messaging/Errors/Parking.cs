using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Bus.Messaging.Errors;

/// <summary>
/// Takes messages away from their work queue: to come back after a delay, or to stay until somebody looks after them. Returns
/// when the broker has the message in its new place; only then may it be acknowledged in the old one.
/// </summary>
internal sealed partial class Parking(
    QueueWriter writer, DelayLadder ladder, IEnumerable<IParkingListener> listeners, TimeProvider time, ILogger<Parking> log)
{
    // Headers must fit into one frame of the protocol, 128 kB.
    private const int LongestReason = 4_000;
    private const int LongestStack = 16_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Lets a message that failed come back later.</summary>
    /// <returns>False when it is not to be tried again.</returns>
    public async Task<bool> Delay(string queue, Delivered message, Exception failure)
    {
        if (ladder.Next(message.Properties, failure) is not { } next)
            return false;
        var properties = BusHeaders.Onward(message.Properties);
        properties.Headers![BusHeaders.Rung] = next.Rung;
        await UntilTaken(message, () => writer.Delay(next.Delay, queue, properties, message.Body, message.Stopping));
        LogDelayed(message.Id, queue, next.Delay, failure.GetBaseException().GetType().Name);
        return true;
    }

    /// <summary>Parks a message that failed.</summary>
    public Task Park(string queue, Delivered message, Exception failure)
    {
        var tries = BusHeaders.Number(message.Properties, BusHeaders.Rung) + 1;
        var cause = failure.GetBaseException();
        return Park(queue, QueueNames.ErrorsOf(queue), message, tries, cause.Message, cause);
    }

    /// <summary>Parks a message during whose handling process after process died.</summary>
    public Task ParkSuspect(string queue, Delivered message, int handledAlone)
    {
        var tries = BusHeaders.TakenBack(message.Properties) + 1;
        var reason = $"Delivered {tries} times and taken back each time; the last {handledAlone} times it was the only message in hand when its process died or lost the broker.";
        return Park(queue, QueueNames.ErrorsOf(queue), message, tries, reason, null);
    }

    /// <summary>Parks a message that no consumer of its queue takes.</summary>
    public Task ParkSkipped(string queue, Delivered message) =>
        Park(queue, QueueNames.SkippedOf(queue), message, 1, "No consumer of this queue takes messages of this type.", null);

    private async Task Park(string queue, string parked, Delivered message, long tries, string reason, Exception? failure)
    {
        var properties = BusHeaders.Onward(message.Properties);
        var headers = properties.Headers!;
        headers[BusHeaders.Tries] = tries;
        headers[MessageHeaders.Reason] = failure is null ? "parked" : "fault";
        headers[MessageHeaders.FaultMessage] = Cut(reason, LongestReason);
        headers[MessageHeaders.FaultTimestamp] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        headers[MessageHeaders.FaultInputAddress] = queue;
        if (failure is not null)
        {
            headers[MessageHeaders.FaultExceptionType] = failure.GetType().FullName;
            headers[MessageHeaders.FaultStackTrace] = Cut(failure.StackTrace ?? "", LongestStack);
        }

        await UntilTaken(message, () => writer.Park(parked, properties, message.Body, message.Stopping));
        LogParked(message.Id, parked, tries, failure?.GetType().Name ?? reason);
        await Tell(message);
    }

    private async Task Tell(Delivered message)
    {
        foreach (var listener in listeners)
        {
            try
            {
                await listener.Parked(message.Body);
            }
            catch (Exception failure) when (!message.Stopping.IsCancellationRequested)
            {
                LogNotTold(message.Id, failure.Message);
            }
        }
    }

    /// <summary>
    /// While the broker does not take it, the message stays unacknowledged where it is. When the channel it came by is closed, the
    /// broker has it back already.
    /// </summary>
    private async Task UntilTaken(Delivered message, Func<Task> put)
    {
        while (true)
        {
            try
            {
                await put();
                return;
            }
            catch (Exception failure) when (message.Channel.IsOpen && !message.Stopping.IsCancellationRequested)
            {
                LogNotTaken(message.Id, failure.Message);
                await Task.Delay(Pause, time, message.Stopping);
            }
        }
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of {Queue} is tried again in {Delay}: {Failure}")]
    private partial void LogDelayed(string messageId, string queue, TimeSpan delay, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} is parked in {Queue} after {Tries} tries: {Reason}")]
    private partial void LogParked(string messageId, string queue, long tries, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who waits for message {MessageId} could not be told that it is parked: {Reason}")]
    private partial void LogNotTold(string messageId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} cannot be set aside yet: {Reason}")]
    private partial void LogNotTaken(string messageId, string reason);
}

using Bus.Contracts;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Conversations;

/// <summary>How long a turn may take, and how many messages may wait for theirs.</summary>
/// <param name="Timeout">From the start of a turn to its end, answered or not (<c>TURN_TIMEOUT_SECONDS</c>).</param>
/// <param name="MostWaiting">Messages that may wait in one conversation (<c>MAX_WAITING_MESSAGES</c>).</param>
public sealed record TurnSettings(TimeSpan Timeout, int MostWaiting)
{
    /// <summary>How long a delivery may take before the conversation goes on without it.</summary>
    public static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long a stopped model call may take to hand in what it has.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is no number in its range.</exception>
    public static TurnSettings From(IConfiguration configuration) => new(
        configuration.TurnTimeout(),
        configuration.Number(Limits.MaxWaitingMessages));
}

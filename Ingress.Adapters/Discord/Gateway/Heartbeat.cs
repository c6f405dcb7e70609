namespace Bus.Ingress.Discord.Gateway;

/// <summary>
/// The beat that shows both sides that the connection lives (https://discord.com/developers/docs/events/gateway#sending-heartbeats): the first after
/// a part of the interval that differs for each connection, so that many that begin at once do not beat at once.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="interval">The time between two beats.</param>
/// <param name="jitter">Which part of it the first waits, 0 to 1.</param>
/// <param name="last">The number of the last dispatch.</param>
/// <param name="time">The clock.</param>
internal sealed class Heartbeat(GatewayConnection connection, TimeSpan interval, double jitter, Func<long?> last, TimeProvider time)
{
    private volatile bool isAnswered = true;
    private long sentAt;

    /// <summary>How long the last beat took there and back; null before there was one.</summary>
    public TimeSpan? Latency { get; private set; }

    /// <summary>Until the other side does not answer any more.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        await Task.Delay(interval * jitter, time, cancellation);
        while (isAnswered)
        {
            isAnswered = false;
            await Beat(cancellation);
            await Task.Delay(interval, time, cancellation);
        }
    }

    /// <summary>Beats at once, as the other side asks.</summary>
    public Task Beat(CancellationToken cancellation)
    {
        sentAt = time.GetTimestamp();
        return connection.Send(Opcodes.Heartbeat, last(), cancellation);
    }

    /// <summary>The other side has answered.</summary>
    public void Answered()
    {
        Latency = time.GetElapsedTime(sentAt);
        isAnswered = true;
    }
}

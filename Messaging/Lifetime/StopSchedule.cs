using Microsoft.Extensions.Hosting;

namespace Bus.Messaging.Lifetime;

/// <summary>
/// What has how much time when the process is asked to stop. All times count from that moment, so that together they are less than the
/// half minute that a supervisor waits (docs/operations.md).
/// </summary>
public sealed class StopSchedule : IDisposable
{
    /// <summary>Callers are told that the answer will be in the history.</summary>
    public static readonly TimeSpan CallersLeave = TimeSpan.FromSeconds(18);

    /// <summary>Requests that have not ended by then, because nobody reads the answer, are cut off.</summary>
    public static readonly TimeSpan CallersAreCutOff = TimeSpan.FromSeconds(20);

    /// <summary>What consumers still do is cancelled; the broker gives it to another process.</summary>
    public static readonly TimeSpan WorkIsHandedOver = TimeSpan.FromSeconds(22);

    /// <summary>Whatever has not stopped is not waited for.</summary>
    public static readonly TimeSpan ServicesAreLeft = TimeSpan.FromSeconds(25);

    /// <summary>The process ends, whatever hangs.</summary>
    public static readonly TimeSpan ProcessEnds = TimeSpan.FromSeconds(28);

    private readonly TimeProvider time;
    private readonly CancellationTokenSource callersLeave = new();
    private readonly CancellationTokenSource callersAreCutOff = new();
    private readonly CancellationTokenRegistration registration;
    private long? began;

    /// <summary>Nothing happens until the process is asked to stop.</summary>
    public StopSchedule(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        this.time = time;
        registration = lifetime.ApplicationStopping.Register(() =>
        {
            began = time.GetTimestamp();
            callersLeave.CancelAfter(CallersLeave);
            callersAreCutOff.CancelAfter(CallersAreCutOff);
        });
    }

    /// <summary>Cancelled when it is time for <see cref="CallersLeave"/>.</summary>
    public CancellationToken CallersShouldLeave => callersLeave.Token;

    /// <summary>Cancelled when it is time for <see cref="CallersAreCutOff"/>.</summary>
    public CancellationToken CallersMustLeave => callersAreCutOff.Token;

    /// <summary>How long consumers may go on.</summary>
    public TimeSpan LeftForWork
    {
        get
        {
            var left = WorkIsHandedOver - (began is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero);
            return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        registration.Dispose();
        callersLeave.Dispose();
        callersAreCutOff.Dispose();
    }
}

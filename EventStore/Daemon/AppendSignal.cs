using System.Threading.Channels;

namespace Bus.Events.Daemon;

/// <summary>Something was appended, here or elsewhere. Signals that nobody has taken yet are one.</summary>
public sealed class AppendSignal
{
    private readonly Channel<bool> here = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<bool> anywhere = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Every projection is led here: nobody else needs to be told.</summary>
    internal bool IsAllLedHere { get; set; }

    /// <summary>This process has appended and committed.</summary>
    public void AppendedHere()
    {
        if (!IsAllLedHere)
            here.Writer.TryWrite(true);
        anywhere.Writer.TryWrite(true);
    }

    /// <summary>Another process says that it has.</summary>
    internal void AppendedElsewhere() => anywhere.Writer.TryWrite(true);

    /// <summary>Waits until this process has appended.</summary>
    internal async Task WaitHere(CancellationToken cancellation) => await here.Reader.ReadAsync(cancellation);

    /// <summary>Waits until somebody has appended, but not for ever: a signal can get lost with a process.</summary>
    /// <returns>True when there was a signal.</returns>
    internal async Task<bool> Wait(TimeSpan most, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await anywhere.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false; // time to look anyway
        }
    }
}

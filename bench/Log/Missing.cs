using System.Diagnostics;
using System.Threading.Channels;

namespace Bus.Bench.Log;

/// <summary>Appends whose rows nobody has seen yet, in order.</summary>
internal sealed class Missing
{
    private readonly Channel<Append> appends = Channel.CreateUnbounded<Append>();

    /// <summary>The number of the event that was appended last.</summary>
    public long Sequence { get; set; }

    /// <summary>An append of some events has just returned.</summary>
    public void Add(int events)
    {
        Sequence += events;
        appends.Writer.TryWrite(new Append(Sequence, Stopwatch.GetTimestamp()));
    }

    /// <summary>There will be no more.</summary>
    public void End() => appends.Writer.Complete();

    /// <summary>The next; null at the end.</summary>
    public async Task<Append?> Next() => await appends.Reader.WaitToReadAsync() && appends.Reader.TryRead(out var append) ? append : null;

    /// <param name="Sequence">The number of its last event.</param>
    /// <param name="Returned">When it returned.</param>
    internal sealed record Append(long Sequence, long Returned);
}

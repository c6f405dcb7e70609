namespace Bus.Events.Daemon;

/// <summary>
/// The place in the log up to which nothing can appear any more. Sequence numbers are drawn before their transactions commit, in
/// another order, and some never commit; the mark passes a missing number only when every transaction that could hold it has ended.
/// </summary>
/// <param name="mark">A place that is known to be final.</param>
internal sealed class HighWater(long mark)
{
    private (long Drawn, HashSet<string> Writers)? waitedFor;

    /// <summary>Everything up to here is final.</summary>
    public long Mark { get; private set; } = mark;

    /// <summary>The number drawn last.</summary>
    public long Drawn { get; private set; } = mark;

    /// <summary>Numbers beyond the mark are drawn, so it will move without anybody appending again.</summary>
    public bool IsBehind => Mark < Drawn;

    /// <summary>
    /// Takes in a place that a projection has come to: everything up to there was final then, and is not waited for again. One
    /// that is ahead of the log says nothing.
    /// </summary>
    public void Know(long place)
    {
        if (place <= Drawn)
            Mark = Math.Max(Mark, place);
    }

    /// <summary>Takes in what was seen of the end of the log (<c>bus_high_water</c>).</summary>
    /// <param name="drawn">The number drawn last.</param>
    /// <param name="writers">Who might still commit one of the numbers up to <paramref name="drawn"/>, seen after it; none when there is no gap.</param>
    /// <param name="contiguous">The end of the numbers without a gap after the mark.</param>
    public void Observe(long drawn, IReadOnlyCollection<string> writers, long contiguous)
    {
        if (writers.Count == 0)
            Mark = Math.Max(Mark, drawn);
        else if (waitedFor is { } earlier && !earlier.Writers.Overlaps(writers))
            Mark = Math.Max(Mark, earlier.Drawn);

        if (writers.Count == 0)
            waitedFor = null;
        else if (waitedFor is null || waitedFor.Value.Drawn <= Mark)
            waitedFor = (drawn, [.. writers]);

        Mark = Math.Max(Mark, contiguous);
        Drawn = drawn;
    }
}

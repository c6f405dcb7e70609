namespace Bus.Llm.Metering.Limiting;

/// <summary>When there is room below a limit again, as far as that is known now: what is put aside may turn out less.</summary>
internal static class Room
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <param name="window">The window of the limit.</param>
    /// <param name="at">Now.</param>
    /// <param name="used">What is used in the window that is now.</param>
    /// <param name="previous">What was used in the minute before.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>How long that takes.</returns>
    public static TimeSpan After(string window, DateTimeOffset at, long used, long previous, long limit)
    {
        var start = LimitWindows.StartOf(window, at);
        var end = LimitWindows.EndOf(window, start);
        var wait = end - at.UtcDateTime;
        // The share of the minute before shrinks from second to second. Where the minute that is now is full by itself, it is the one before from its end on.
        if (window == LimitWindows.Minute)
            wait = used < limit ? start + Until(previous, limit - used) - at.UtcDateTime : end + Until(used, limit) - at.UtcDateTime;
        return wait > Shortest ? wait : Shortest;
    }

    /// <summary>How far into a minute less is left of the one before, rounded up, than there is room for.</summary>
    private static TimeSpan Until(long previous, long room) =>
        TimeSpan.FromMinutes(previous < room ? 0 : 1 - (Math.Max(room - 1, 0) / (double)previous)) + Shortest;
}

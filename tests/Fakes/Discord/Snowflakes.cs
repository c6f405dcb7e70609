namespace Bus.Fakes.Discord;

/// <summary>Ids that carry their time, as Discord makes them. They only grow, also when the clock stands still.</summary>
internal sealed class Snowflakes(TimeProvider time)
{
    private const int TimeShift = 22;
    private static readonly DateTimeOffset Epoch = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ulong last;

    public static DateTimeOffset TimeOf(ulong id) => Epoch.AddMilliseconds(id >> TimeShift);

    /// <summary>The caller holds the lock.</summary>
    public ulong Next()
    {
        var sinceEpoch = Math.Max(0, (time.GetUtcNow() - Epoch).TotalMilliseconds);
        return last = Math.Max(last + 1, (ulong)sinceEpoch << TimeShift);
    }
}

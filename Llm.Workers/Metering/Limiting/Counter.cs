namespace Bus.Llm.Metering.Limiting;

/// <summary>What is counted: of whom, what, and in what time.</summary>
/// <param name="Subject">A name of <see cref="LimitSubjects"/>.</param>
/// <param name="SubjectId">Which of them; nothing for all together.</param>
/// <param name="Unit">A name of <see cref="LimitUnits"/>.</param>
/// <param name="Window">A name of <see cref="LimitWindows"/>.</param>
internal readonly record struct Counter(string Subject, string SubjectId, string Unit, string Window);

/// <summary>A kind of counters: those of all who are such a subject.</summary>
/// <param name="Subject">A name of <see cref="LimitSubjects"/>.</param>
/// <param name="Unit">A name of <see cref="LimitUnits"/>.</param>
/// <param name="Window">A name of <see cref="LimitWindows"/>.</param>
internal readonly record struct CounterKind(string Subject, string Unit, string Window);

/// <summary>What can be limited.</summary>
internal static class LimitUnits
{
    public const string Requests = "requests";
    public const string Tokens = "tokens";

    /// <summary>In the base currency.</summary>
    public const string Money = "money";

    public static IReadOnlyList<string> All { get; } = [Requests, Tokens, Money];
}

/// <summary>In what time it is limited.</summary>
internal static class LimitWindows
{
    /// <summary>The last sixty seconds.</summary>
    public const string Minute = "minute";

    /// <summary>A day, in UTC.</summary>
    public const string Day = "day";

    /// <summary>A month, in UTC.</summary>
    public const string Month = "month";

    public static IReadOnlyList<string> All { get; } = [Minute, Day, Month];

    /// <summary>When the window began that a time is in.</summary>
    public static DateTime StartOf(string window, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return window switch
        {
            Minute => new DateTime(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc),
            Day => utc.Date,
            _ => new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        };
    }

    /// <summary>When that window is over.</summary>
    public static DateTime EndOf(string window, DateTime start) => window switch
    {
        Minute => start.AddMinutes(1),
        Day => start.AddDays(1),
        _ => start.AddMonths(1),
    };

    /// <summary>Which windows are longer than others.</summary>
    public static TimeSpan LengthOf(string window) => EndOf(window, DateTime.UnixEpoch) - DateTime.UnixEpoch;

    /// <summary>How much of the minute before is still within the last sixty seconds; less than nothing where the window is no minute.</summary>
    public static double RestOf(string window, DateTimeOffset at) =>
        window == Minute ? 1 - ((at.UtcDateTime.Ticks % TimeSpan.TicksPerMinute) / (double)TimeSpan.TicksPerMinute) : -1;
}

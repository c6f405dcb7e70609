using System.Globalization;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Http;

namespace Bus.Memory.Usage;

/// <summary>A stretch of time, as callers name it: by days, which are those of UTC, or by times with their offset.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it is over.</param>
internal sealed record UsagePeriod(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>What is told when nobody asks for more: today, and so many days before.</summary>
    private const int UsualDays = 30;

    private const string Expected = $"must be a day, as 2026-03-01, or {PointInTime.Expected}.";

    /// <summary>Reads it.</summary>
    /// <param name="from">Its first day, or when it begins; null: thirty days before its end.</param>
    /// <param name="to">Its last day, or when it is over; null: now.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ProblemException">It is none, or too long.</exception>
    public static UsagePeriod Read(string? from, string? to, DateTimeOffset now)
    {
        var end = to is null ? now : Time("to", to, isEnd: true);
        var begin = from is null ? new DateTimeOffset(end.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - UsualDays) : Time("from", from, isEnd: false);
        return begin >= end ? throw ProblemException.Invalid("from", "must be before to.")
            : end - begin > Limits.LongestUsagePeriod ? throw ProblemException.Invalid("from", $"must be {Limits.LongestUsagePeriod.TotalDays} days before to, at most.")
            : new UsagePeriod(begin, end);
    }

    /// <summary>A day that is an end is over when the next begins.</summary>
    private static DateTimeOffset Time(string field, string text, bool isEnd) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day is { Year: > 1 and < 9999 }
            ? new DateTimeOffset(day.AddDays(isEnd ? 1 : 0), TimeOnly.MinValue, TimeSpan.Zero)
        : PointInTime.TryParse(text, out var time) && time is { Year: > 1 and < 9999 } ? time.ToUniversalTime()
        : throw ProblemException.Invalid(field, Expected);
}

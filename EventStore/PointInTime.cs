using System.Globalization;

namespace Bus.Events;

/// <summary>A point in the past, as people write it: ISO 8601 with its offset from UTC.</summary>
public static class PointInTime
{
    /// <summary>What is expected, for errors.</summary>
    public const string Expected = "a time with its offset from UTC, as 2025-10-02T10:00:00Z or 2025-10-02T12:00:00.25+02:00";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a time. A space for the <c>+</c> of the offset is taken: that is what a URL makes of it.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var written = text.Length > 6 && text[^6] == ' ' ? $"{text[..^6]}+{text[^5..]}" : text;
        var hasOffset = written.EndsWith('Z') || (written.Length > 6 && written[^6] is '+' or '-' && written[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(written, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>Writes a time as <see cref="TryParse"/> reads it: in UTC, to the microsecond, which is what the log keeps.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Bus.Ingress.Discord.Bots;

/// <summary>Ids on Discord: numbers that grow with the time at which they are made (https://discord.com/developers/docs/reference#snowflakes).</summary>
internal static class Snowflake
{
    private static readonly DateTimeOffset Epoch = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An id as a number; null when it is none.</summary>
    public static long? Read(string? id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A number as an id.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>When it was made.</summary>
    public static DateTimeOffset TimeOf(long number) => Epoch.AddMilliseconds(number >> 22);
}

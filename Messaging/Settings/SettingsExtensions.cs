using System.Globalization;
using Bus.Contracts;
using Microsoft.Extensions.Configuration;

namespace Bus.Messaging;

/// <summary>Settings that are checked when they are read: a wrong one stops the start and names itself.</summary>
public static class SettingsExtensions
{
    /// <summary>A whole number in a range.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="name">The setting.</param>
    /// <param name="otherwise">Its value when it is not set.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <exception cref="InvalidOperationException">It is no such number.</exception>
    public static int Number(this IConfiguration configuration, string name, int otherwise, int least, int most)
    {
        var given = configuration[name];
        if (string.IsNullOrWhiteSpace(given))
            return otherwise;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidOperationException($"{name} must be a whole number from {least} to {most}, not '{given}'.");
    }

    /// <summary>A whole number in a range.</summary>
    /// <exception cref="InvalidOperationException">It is no such number.</exception>
    public static int Number(this IConfiguration configuration, NumberSetting setting) =>
        configuration.Number(setting.Name, setting.Default, setting.Least, setting.Most);

    /// <summary>How long a turn may take, and how long a caller waits for it (<c>TURN_TIMEOUT_SECONDS</c>).</summary>
    public static TimeSpan TurnTimeout(this IConfiguration configuration) =>
        TimeSpan.FromSeconds(configuration.Number(Limits.TurnTimeoutSeconds));
}

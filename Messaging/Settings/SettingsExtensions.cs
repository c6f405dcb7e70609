using System.Globalization;
using Bus.Contracts;
using Bus.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Messaging;

/// <summary>Settings that are checked when they are read: a wrong one stops the start and names itself.</summary>
public static class SettingsExtensions
{
    /// <summary>Adds the settings that administrators change while the system runs.</summary>
    public static IServiceCollection AddSystemSettings(this IServiceCollection services) => services
        .AddSingleton(SchemaScripts.Of(typeof(SettingsExtensions).Assembly))
        .AddSingleton<LiveSettings>();

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

    /// <summary>Something that is on or off.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="name">The setting.</param>
    /// <param name="otherwise">What holds when it is not set.</param>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static bool Switch(this IConfiguration configuration, string name, bool otherwise) => configuration[name]?.Trim().ToUpperInvariant() switch
    {
        null or "" => otherwise,
        "TRUE" or "ON" or "1" or "YES" => true,
        "FALSE" or "OFF" or "0" or "NO" => false,
        _ => throw new InvalidOperationException($"{name} must be true or false, not '{configuration[name]}'."),
    };

    /// <summary>How long a turn may take (<c>TURN_TIMEOUT_SECONDS</c>).</summary>
    public static TimeSpan TurnTimeout(this IConfiguration configuration) =>
        TimeSpan.FromSeconds(configuration.Number(Limits.TurnTimeoutSeconds));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// The settings of the system, as all processes have them: looked up when they are needed, but not more often than every half second, so that
/// a change holds everywhere within a second.
/// </summary>
/// <param name="database">Where they are kept.</param>
/// <param name="configuration">What the process was started with.</param>
/// <param name="time">The clock.</param>
public sealed class LiveSettings(NpgsqlDataSource database, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    private readonly SystemSettings given = Given(configuration);
    private volatile Known? known;

    /// <summary>What holds.</summary>
    public async ValueTask<SystemSettings> Get(CancellationToken cancellation)
    {
        if (known is { } fresh && time.GetElapsedTime(fresh.At) < Freshness)
            return fresh.Settings;
        var at = time.GetTimestamp();
        await using var command = database.CreateCommand("select body from system_settings");
        var stored = await command.ExecuteScalarAsync(cancellation) as string;
        var settings = Over(given, stored);
        known = new Known(at, settings);
        return settings;
    }

    /// <summary>What was set, over what the process was started with.</summary>
    /// <param name="stored">The settings that were set, as JSON; null when none were.</param>
    public SystemSettings Resolve(string? stored) => Over(given, stored);

    private static SystemSettings Over(SystemSettings given, string? stored)
    {
        if (stored is null)
            return given;
        var all = JsonSerializer.SerializeToNode(given, SystemSettings.Json)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(stored)!.AsObject())
            all[name] = value?.DeepClone();
        return all.Deserialize<SystemSettings>(SystemSettings.Json)!;
    }

    /// <exception cref="InvalidOperationException">A setting is wrong, and named.</exception>
    private static SystemSettings Given(IConfiguration configuration) => new()
    {
        RegistrationEnabled = configuration.Switch("DEFAULT_REGISTRATION_ENABLED", true),
        BrandText = "AIChat",
        ImageDomain = "",
        MessagesPerMinute = 0,
        MessagesPerDay = 0,
        RetentionConversations = configuration.Number("RETENTION_CONVERSATIONS", 500, 0, 1_000_000),
        TaskTraceEnabled = true,
        TaskTraceDefaultOn = true,
        TaskTraceAdminsOnly = false,
        TaskTraceEnvironments = [],
        TaskTraceRetentionDays = configuration.Number("TASK_TRACE_RETENTION_DAYS", 0, 0, 36_500),
    };

    private sealed record Known(long At, SystemSettings Settings);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Bus.Ingress.Discord.Api;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>What goes over the gateway in both directions (https://discord.com/developers/docs/events/gateway-events#payload-structure).</summary>
/// <param name="Op">A value of <see cref="Opcodes"/>.</param>
/// <param name="D">What it is about.</param>
/// <param name="S">The number of a dispatch.</param>
/// <param name="T">The name of a dispatch.</param>
internal sealed record GatewayPayload(
    [property: JsonPropertyName("op")] int? Op,
    [property: JsonPropertyName("d")] JsonElement D = default,
    [property: JsonPropertyName("s")] long? S = null,
    [property: JsonPropertyName("t")] string? T = null);

/// <summary>Something that happened.</summary>
/// <param name="Number">Its number in the session.</param>
/// <param name="Name">What.</param>
/// <param name="Data">About what.</param>
internal sealed record Dispatch(long Number, string Name, JsonElement Data)
{
    /// <summary>What it is about, as far as it matters here; null when it cannot be read.</summary>
    public T? Read<T>()
        where T : class
    {
        try
        {
            return Data.ValueKind == JsonValueKind.Object ? Data.Deserialize<T>(DiscordApi.Json) : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An id in it.</summary>
    public string? Id(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What a payload is.</summary>
internal static class Opcodes
{
    public const int Dispatch = 0;
    public const int Heartbeat = 1;
    public const int Identify = 2;
    public const int Resume = 6;
    public const int Reconnect = 7;
    public const int InvalidSession = 9;
    public const int Hello = 10;
    public const int HeartbeatAck = 11;
}

/// <summary>What is asked to be told (https://discord.com/developers/docs/events/gateway#gateway-intents).</summary>
internal static class Intents
{
    public const int Guilds = 1 << 0;
    public const int GuildMessages = 1 << 9;
    public const int DirectMessages = 1 << 12;

    /// <summary>Privileged: it has to be switched on for the bot in Discord's portal.</summary>
    public const int MessageContent = 1 << 15;

    /// <summary>All that is handled.</summary>
    public const int Wanted = Guilds | GuildMessages | DirectMessages | MessageContent;
}

/// <summary>The session has begun.</summary>
internal sealed record Ready(string? SessionId, string? ResumeGatewayUrl, DiscordUser? User, ReadyApplication? Application, IReadOnlyList<DiscordGuild>? Guilds);

/// <summary>The bot's application.</summary>
internal sealed record ReadyApplication(string? Id);

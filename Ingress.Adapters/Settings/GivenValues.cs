using Microsoft.Extensions.Configuration;

namespace Bus.Ingress.Settings;

/// <summary>Reads what platforms are set up with.</summary>
internal static class GivenValues
{
    /// <summary>Who may do what, in all places of a platform: <c>X_ADMINS</c>, <c>X_ALLOWED_USERS</c> and so on.</summary>
    public static PlaceSettings Settings(IConfiguration configuration, string platform) => new()
    {
        Admins = List(configuration, $"{platform}_ADMINS"),
        AllowUsers = List(configuration, $"{platform}_ALLOWED_USERS"),
        BlockUsers = List(configuration, $"{platform}_BLOCKED_USERS"),
        AllowChats = List(configuration, $"{platform}_ALLOWED_CHATS"),
        BlockChats = List(configuration, $"{platform}_BLOCKED_CHATS"),
        PrivateChats = Switch(configuration, $"{platform}_PRIVATE_CHATS"),
    };

    /// <summary>An address, with a slash at its end; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static Uri? Address(IConfiguration configuration, string name)
    {
        var given = configuration[name];
        if (string.IsNullOrWhiteSpace(given))
            return null;
        return Uri.TryCreate(given.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { Query: "", Fragment: "", UserInfo: "" }
            ? address
            : throw new InvalidOperationException($"{name} must be an address that begins with https:// or http:// and has no name, password or query.");
    }

    /// <summary>Words separated by commas; null when there are none.</summary>
    public static string[]? List(IConfiguration configuration, string name) => string.IsNullOrWhiteSpace(configuration[name])
        ? null
        : configuration[name]!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool? Switch(IConfiguration configuration, string name) => configuration[name]?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => throw new InvalidOperationException($"{name} must be on or off."),
    };
}

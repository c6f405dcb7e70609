namespace Bus.Ingress.Delivery;

/// <summary>Which addresses a platform takes behind text. It refuses the whole message for one that it does not take.</summary>
internal static class LinkTarget
{
    private const int MostLength = 2000;

    /// <summary>Whether text can lead there.</summary>
    public static bool Accepts(string? url) =>
        url is { Length: > 0 and <= MostLength }
        && !url.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Scheme switch
        {
            "http" or "https" => HasPublicHost(uri) && uri.Port > 0,
            "tg" => uri is { Host.Length: > 0, UserInfo: "", IsDefaultPort: true } && uri.Host.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'),
            _ => false,
        };

    // A name without a dot, like localhost, leads nowhere from a phone, and Telegram refuses it.
    private static bool HasPublicHost(Uri uri) => uri.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => uri.Host.Contains('.'),
        _ => false,
    };
}

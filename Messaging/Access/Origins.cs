using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Bus.Messaging.Access;

/// <summary>
/// The pages that may use the API from a browser: those that came from it, and those of <c>CORS_ORIGIN</c> as long as <c>ENABLE_CORS</c> is true
/// (contract, A-09 and A-10).
/// </summary>
public sealed class Origins
{
    private const string Setting = "CORS_ORIGIN";

    private Origins(IReadOnlyList<string> allowed) => Allowed = allowed;

    /// <summary>Those of other servers, as <c>https://chat.example.org</c>; <c>*</c>: all, but none with a login.</summary>
    public IReadOnlyList<string> Allowed { get; }

    /// <summary>All others may, without a login.</summary>
    public bool IsAny => Allowed is ["*"];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One is wrong, and named.</exception>
    public static Origins From(IConfiguration configuration)
    {
        if (!configuration.Switch("ENABLE_CORS", true))
            return new Origins([]);
        var given = (configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (given is ["*"])
            return new Origins(given);
        return new Origins([.. given.Select(origin =>
            Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "", Fragment: "" }
                ? uri.GetLeftPart(UriPartial.Authority)
                : throw new InvalidOperationException($"{Setting} must be origins such as https://chat.example.org, separated by commas, or *; not '{origin}'."))]);
    }

    /// <summary>A browser sends it for a page of somebody else's.</summary>
    public bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin)
            return !IsOwn(request, origin) && !Allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
    }

    /// <summary>The page came from here.</summary>
    public static bool IsOwn(HttpRequest request, string origin) =>
        origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The address is this machine.</summary>
    public static bool IsThisMachine(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}

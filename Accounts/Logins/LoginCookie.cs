using Bus.Contracts;
using Microsoft.AspNetCore.Http;

namespace Bus.Accounts.Logins;

/// <summary>The cookie by which a browser stays logged in. No script can read it, and no page of another site sends it along when it changes something.</summary>
internal static class LoginCookie
{
    public const string Name = "bus_login";

    /// <summary>Gives it to a browser.</summary>
    public static void Set(HttpContext http, string secret) => http.Response.Cookies.Append(Name, secret, Options(http, Limits.LongestLogin));

    /// <summary>Takes it away.</summary>
    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    private static CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = life,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    };
}

using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Bus.Accounts.Logins;

/// <summary>
/// Browsers send their cookie with whatever page asks for it; so a request that changes something, and is known by its cookie, has to show a token
/// as well that only a page of ours can know (ASP.NET Core's antiforgery, in the header <c>X-CSRF-Token</c>).
/// </summary>
internal static class Forgery
{
    public const string Header = "X-CSRF-Token";
    public const string Cookie = "bus_csrf";

    public static async Task Check(HttpContext context, IAntiforgery antiforgery, Refusals refusals)
    {
        var isByCookie = context.Features.Get<Caller>() is { UserId: not null } && context.Request.Headers.Authorization.ToString().Length == 0;
        if (!isByCookie || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
            return;
        if (await antiforgery.IsRequestValidAsync(context))
            return;
        refusals.Count("csrf");
        throw new ProblemException(StatusCodes.Status403Forbidden, $"The header {Header} is missing or wrong: get one from /api/auth/csrf.", Header);
    }
}

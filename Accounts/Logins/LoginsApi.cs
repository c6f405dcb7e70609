using System.Text.Json.Serialization;
using Bus.Accounts.Users;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Logins;

/// <summary>Where an account is logged in.</summary>
/// <param name="Logins">The newest first.</param>
internal sealed record LoginsResponse(IReadOnlyList<LoginItem> Logins);

/// <summary>Somebody changes their password.</summary>
/// <param name="CurrentPassword">The one they have.</param>
/// <param name="NewPassword">The one they want.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangePasswordRequest(string? CurrentPassword, string? NewPassword);

/// <summary>The endpoints by which people look after their password and their logins.</summary>
internal static class LoginsApi
{
    public static void MapLoginsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Login").Needs(Permissions.Account);
        group.MapPut("/password", ChangePassword).WithSummary("Change your password; other logins end")
            .Accepts<ChangePasswordRequest>("application/json").Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(429);
        group.MapGet("/logins", List).WithSummary("List where you are logged in").Produces<LoginsResponse>();
        group.MapDelete("/logins", EndOthers).WithSummary("End all your other logins").Produces(204);
        group.MapDelete("/logins/{id}", End).WithSummary("End one of your logins").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> ChangePassword(HttpContext http, PasswordChange passwords, Confirmation confirmation, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<ChangePasswordRequest>(http.Request);
        var caller = Caller.Of(http);
        var user = await confirmation.ByPassword(caller, "current_password", request.CurrentPassword, cancellation);
        await passwords.Change(user, request.NewPassword, caller.Actor, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> List(HttpContext http, LoginDirectory logins, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        return TypedResults.Ok(new LoginsResponse(await logins.Of(caller.UserId!.Value, caller.Actor.LoginId, cancellation)));
    }

    private static async Task<IResult> EndOthers(HttpContext http, LoginDirectory logins, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        await logins.EndAll(caller.UserId!.Value, caller.Actor.LoginId, caller.Actor, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> End(HttpContext http, string id, LoginDirectory logins, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        if (!Guid.TryParseExact(id, "D", out var loginId))
            throw ProblemException.NotFound("id", "The login");
        await logins.End(caller.UserId!.Value, loginId, caller.Actor, cancellation);
        return TypedResults.NoContent();
    }
}

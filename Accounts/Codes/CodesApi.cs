using System.Text.Json.Serialization;
using Bus.Accounts.Users;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Codes;

/// <summary>Somebody shows who they are again.</summary>
/// <param name="Password">Their password.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PasswordRequest(string? Password);

/// <summary>Somebody shows a code.</summary>
/// <param name="Code">What the app shows.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CodeRequest(string? Code);

/// <summary>Codes are asked for from now on.</summary>
/// <param name="RecoveryCodes">For when the app is lost; each is good once. They are told only here.</param>
internal sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

/// <summary>The endpoints by which people have their login ask for codes (E-33).</summary>
internal static class CodesApi
{
    public static void MapCodesApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth/totp").WithTags("Login").Needs(Permissions.Account);
        group.MapPost("", Begin).WithSummary("Get a secret for an app that makes codes")
            .Accepts<PasswordRequest>("application/json").Produces<CodesBegun>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);
        group.MapPut("", Enable).WithSummary("Have the login ask for codes; other logins end")
            .Accepts<CodeRequest>("application/json").Produces<RecoveryCodesResponse>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(429);
        group.MapPost("/removal", Disable).WithSummary("Have it ask for them no longer")
            .Accepts<PasswordRequest>("application/json").Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(429);
    }

    private static async Task<IResult> Begin(HttpContext http, LoginCodes codes, Confirmation confirmation, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<PasswordRequest>(http.Request);
        var user = await confirmation.ByPassword(Caller.Of(http), "password", request.Password, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await codes.Begin(user, cancellation));
    }

    private static async Task<IResult> Enable(HttpContext http, LoginCodes codes, Confirmation confirmation, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<CodeRequest>(http.Request);
        var caller = Caller.Of(http);
        var code = request.Code ?? throw ProblemException.Invalid("code", "is missing.");
        var user = await confirmation.Begin(caller, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RecoveryCodesResponse(await codes.Enable(user, code, caller.Actor, cancellation)));
    }

    private static async Task<IResult> Disable(HttpContext http, LoginCodes codes, Confirmation confirmation, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<PasswordRequest>(http.Request);
        var caller = Caller.Of(http);
        await codes.Disable(await confirmation.ByPassword(caller, "password", request.Password, cancellation), caller.Actor, cancellation);
        return TypedResults.NoContent();
    }
}

using System.Text.Json.Serialization;
using Bus.Accounts.Counting;
using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Logins;

/// <summary>Somebody wants an account.</summary>
/// <param name="Username">What it is to be called.</param>
/// <param name="Password">What is to open it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RegisterRequest(string? Username, string? Password);

/// <summary>Somebody logs in.</summary>
/// <param name="Username">What the account is called.</param>
/// <param name="Password">What opens it.</param>
/// <param name="Code">What the app shows, where the account asks for codes; or a recovery code.</param>
/// <param name="UseCookie">It is a browser, which is to have a cookie instead of tokens.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LoginRequest(string? Username, string? Password, string? Code = null, bool? UseCookie = null);

/// <summary>Somebody wants new tokens.</summary>
/// <param name="RefreshToken">The token that came with the last.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RefreshRequest(string? RefreshToken);

/// <summary>Tokens.</summary>
/// <param name="AccessToken">What to send as <c>Authorization: Bearer …</c>.</param>
/// <param name="TokenType"><c>Bearer</c>.</param>
/// <param name="ExpiresIn">For so many seconds.</param>
/// <param name="RefreshToken">What to send to <c>/api/auth/refresh</c> then; it is good once.</param>
internal sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>What a browser sends along when it changes something.</summary>
/// <param name="Header">In which header.</param>
/// <param name="CsrfToken">The token.</param>
internal sealed record CsrfResponse(string Header, string CsrfToken);

/// <summary>Who is asking.</summary>
/// <param name="Id">The account; null for whoever has none.</param>
/// <param name="Username">What it is called.</param>
/// <param name="Role">What it is.</param>
/// <param name="Permissions">What it may do with this login.</param>
internal sealed record MeResponse(Guid? Id, string Username, string Role, IReadOnlyList<string> Permissions);

/// <summary>The endpoints by which people get in.</summary>
internal static class AuthApi
{
    public static void MapAuthApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Login");
        group.MapPost("/register", Register).IsOpen("it makes an account that may do nothing yet, but the first")
            .WithSummary("Make an account; the first is an administrator, others wait until one lets them in")
            .Accepts<RegisterRequest>("application/json").Produces<UserItem>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);
        group.MapPost("/login", Login).IsOpen("it asks for a password")
            .WithSummary("Log in, for tokens or with a cookie")
            .Accepts<LoginRequest>("application/json").Produces<TokenResponse>().Produces(204)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429).ProducesProblem(503);
        group.MapPost("/refresh", Refresh).IsOpen("it asks for a refresh token")
            .WithSummary("Get new tokens; the old ones are good no longer")
            .Accepts<RefreshRequest>("application/json").Produces<TokenResponse>().ProducesProblem(400).ProducesProblem(401);
        group.MapPost("/logout", Logout).Needs(Permissions.Account).WithSummary("End this login").Produces(204);
        group.MapGet("/csrf", Csrf).Needs(Permissions.Account)
            .WithSummary("Get what a browser sends along when it changes something").Produces<CsrfResponse>();
        group.MapGet("/me", Me).Needs(Permissions.ReadConversations).WithSummary("Who you are, and what you may do").Produces<MeResponse>();
    }

    private static async Task<IResult> Register(
        HttpContext http, Registration registration, UserDirectory users, Counts counts, AttemptLimits attempts, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<RegisterRequest>(http.Request);
        await counts.Enter($"registration from {AddressBlock.Of(http.Connection.RemoteIpAddress)}", TimeSpan.FromHours(1), attempts.RegistrationsPerHour, cancellation);
        var user = await registration.Register(request.Username, request.Password, cancellation);
        return TypedResults.Created($"/api/users/{user.Id}", await users.Find(user.Id, cancellation));
    }

    private static async Task<IResult> Login(HttpContext http, PasswordLogin logins, LoginTokens tokens, Origins origins, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<LoginRequest>(http.Request);
        if (request.UseCookie == true && origins.IsForeign(http.Request))
            throw new ProblemException(StatusCodes.Status403Forbidden, "A page of another server cannot log a browser in.");
        var (name, password) = (Text("username", request.Username, Limits.LongestUserName), Text("password", request.Password, Limits.LongestPassword));
        var user = await logins.Check(name.Trim(), password, request.Code, AddressBlock.Of(http.Connection.RemoteIpAddress), cancellation);
        var agent = http.Request.Headers.UserAgent.ToString();
        var requester = new LoginRequester(
            user.Id, user.UserName!, user.SecurityStamp!, agent.Length <= Limits.LongestUserAgent ? agent : agent[..Limits.LongestUserAgent], Address(http));
        var issued = await tokens.Begin(requester, request.UseCookie == true, cancellation);
        if (issued.Refresh is not null)
            return Tokens(http, issued);
        LoginCookie.Set(http, issued.Access);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Refresh(HttpContext http, LoginTokens tokens, Refusals refusals, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<RefreshRequest>(http.Request);
        try
        {
            return Tokens(http, await tokens.Refresh(Text("refresh_token", request.RefreshToken, Limits.LongestPassword), cancellation));
        }
        catch (ProblemException refused) when (refused.Status == StatusCodes.Status401Unauthorized)
        {
            refusals.Count("refresh");
            throw;
        }
    }

    private static async Task<IResult> Logout(HttpContext http, LoginDirectory logins, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        await logins.End(caller.UserId!.Value, caller.Actor.LoginId!.Value, caller.Actor, cancellation);
        LoginCookie.Remove(http);
        return TypedResults.NoContent();
    }

    private static Ok<CsrfResponse> Csrf(HttpContext http, IAntiforgery antiforgery) =>
        TypedResults.Ok(new CsrfResponse(Forgery.Header, antiforgery.GetAndStoreTokens(http).RequestToken!));

    private static Ok<MeResponse> Me(HttpContext http)
    {
        var caller = Caller.Of(http);
        return TypedResults.Ok(new MeResponse(caller.UserId, caller.Name, caller.Role, [.. Permissions.All.Where(caller.May)]));
    }

    private static Ok<TokenResponse> Tokens(HttpContext http, IssuedLogin issued)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TokenResponse(issued.Access, "Bearer", (int)Limits.AccessTokenLife.TotalSeconds, issued.Refresh!));
    }

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static string Text(string field, string? value, int longest) => value switch
    {
        null => throw ProblemException.Invalid(field, "is missing."),
        { Length: var length } when length > longest => throw ProblemException.Invalid(field, $"is longer than {longest} characters."),
        _ => value,
    };
}

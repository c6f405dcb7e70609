using System.Text.Json.Serialization;
using Bus.Accounts.Keys;
using Bus.Accounts.Logins;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Users;

/// <summary>The accounts there are.</summary>
/// <param name="Users">In the order of their names.</param>
internal sealed record UsersResponse(IReadOnlyList<UserItem> Users);

/// <summary>An account is made for somebody.</summary>
/// <param name="Username">What it is called.</param>
/// <param name="Password">What opens it.</param>
/// <param name="Role">What it may do.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddUserRequest(string? Username, string? Password, string? Role);

/// <summary>What somebody may do.</summary>
/// <param name="Role">admin, operator, viewer or user.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoleRequest(string? Role);

/// <summary>How much somebody may do; null: what is set for all, 0: any number.</summary>
/// <param name="MessagesPerMinute">Messages in a minute.</param>
/// <param name="MessagesPerDay">Messages in a day.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LimitsRequest(int? MessagesPerMinute = null, int? MessagesPerDay = null);

/// <summary>The endpoints by which administrators look after accounts.</summary>
internal static class UsersApi
{
    private const int MostMessages = 1_000_000;

    public static void MapUsersApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/users").WithTags("Users").Needs(Permissions.ManageUsers);
        group.MapGet("", List).WithSummary("List the accounts").Produces<UsersResponse>();
        group.MapPost("", Add).WithSummary("Make an account for somebody")
            .Accepts<AddUserRequest>("application/json").Produces<UserItem>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapGet("/{id}", Show).WithSummary("Show an account").Produces<UserItem>().ProducesProblem(404);
        group.MapDelete("/{id}", Delete).WithSummary("Remove an account with its keys, logins and links; what was said with it stays")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
        group.MapPut("/{id}/approval", Approve).WithSummary("Let somebody in who waits").Produces<UserItem>().ProducesProblem(404);
        group.MapPut("/{id}/role", SetRole).WithSummary("Change what somebody may do; it holds at once")
            .Accepts<RoleRequest>("application/json").Produces<UserItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        group.MapPut("/{id}/limits", SetLimits).WithSummary("Change how much somebody may do")
            .Accepts<LimitsRequest>("application/json").Produces<UserItem>().ProducesProblem(400).ProducesProblem(404);
        group.MapPut("/{id}/disablement", Disable).WithSummary("Shut somebody out, at once and everywhere").Produces<UserItem>().ProducesProblem(404).ProducesProblem(409);
        group.MapDelete("/{id}/disablement", Enable).WithSummary("Let them in again").Produces<UserItem>().ProducesProblem(404);
        group.MapPut("/{id}/password", SetPassword).WithSummary("Give somebody another password; their logins end, and codes are not asked for any more")
            .Accepts<SetPasswordRequest>("application/json").Produces(204).ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/{id}/logins", ListLogins).WithSummary("List where somebody is logged in").Produces<LoginsResponse>().ProducesProblem(404);
        group.MapDelete("/{id}/logins", EndLogins).WithSummary("End all logins of somebody").Produces(204).ProducesProblem(404);
        group.MapDelete("/{id}/logins/{login_id}", EndLogin).WithSummary("End a login of somebody").Produces(204).ProducesProblem(404);
        group.MapGet("/{id}/keys", ListKeys).WithSummary("List somebody's keys").Produces<KeysResponse>().ProducesProblem(404);
        group.MapDelete("/{id}/keys/{key_id}", RevokeKey).WithSummary("Withdraw a key of somebody").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> List(UserDirectory users, CancellationToken cancellation) =>
        TypedResults.Ok(new UsersResponse(await users.List(cancellation)));

    private static async Task<IResult> Add(HttpContext http, Registration registration, UserDirectory users, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<AddUserRequest>(http.Request);
        var user = await registration.Add(request.Username, request.Password, Role(request.Role), By(http), cancellation);
        return TypedResults.Created($"/api/users/{user.Id}", await users.Find(user.Id, cancellation));
    }

    private static async Task<IResult> Show(string id, UserDirectory users, CancellationToken cancellation) =>
        TypedResults.Ok(await Existing(id, users, cancellation));

    private static async Task<IResult> Delete(HttpContext http, string id, UserDirectory users, CancellationToken cancellation)
    {
        await users.Delete(Id(id), By(http), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Approve(HttpContext http, string id, UserDirectory users, CancellationToken cancellation) =>
        TypedResults.Ok(await users.Approve(Id(id), By(http), cancellation));

    private static async Task<IResult> SetRole(HttpContext http, string id, UserDirectory users, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<RoleRequest>(http.Request);
        return TypedResults.Ok(await users.SetRole(Id(id), Role(request.Role), By(http), cancellation));
    }

    private static async Task<IResult> SetLimits(HttpContext http, string id, UserDirectory users, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<LimitsRequest>(http.Request);
        return TypedResults.Ok(await users.SetLimits(
            Id(id), Messages("messages_per_minute", request.MessagesPerMinute), Messages("messages_per_day", request.MessagesPerDay), By(http), cancellation));
    }

    private static async Task<IResult> Disable(HttpContext http, string id, UserDirectory users, CancellationToken cancellation) =>
        TypedResults.Ok(await users.Disable(Id(id), By(http), cancellation));

    private static async Task<IResult> Enable(HttpContext http, string id, UserDirectory users, CancellationToken cancellation) =>
        TypedResults.Ok(await users.Enable(Id(id), By(http), cancellation));

    private static async Task<IResult> SetPassword(HttpContext http, string id, PasswordChange passwords, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<SetPasswordRequest>(http.Request);
        await passwords.Set(Id(id), request.Password, By(http), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListLogins(string id, UserDirectory users, LoginDirectory logins, CancellationToken cancellation) =>
        TypedResults.Ok(new LoginsResponse(await logins.Of((await Existing(id, users, cancellation)).Id, null, cancellation)));

    private static async Task<IResult> EndLogins(HttpContext http, string id, UserDirectory users, LoginDirectory logins, CancellationToken cancellation)
    {
        await logins.EndAll((await Existing(id, users, cancellation)).Id, except: null, By(http), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> EndLogin(
        HttpContext http, string id, [Microsoft.AspNetCore.Mvc.FromRoute(Name = "login_id")] string loginId, LoginDirectory logins, CancellationToken cancellation)
    {
        await logins.End(Id(id), Id(loginId), By(http), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListKeys(string id, UserDirectory users, ApiKeys keys, CancellationToken cancellation) =>
        TypedResults.Ok(new KeysResponse(await keys.Of((await Existing(id, users, cancellation)).Id, cancellation)));

    private static async Task<IResult> RevokeKey(
        HttpContext http, string id, [Microsoft.AspNetCore.Mvc.FromRoute(Name = "key_id")] string keyId, ApiKeys keys, CancellationToken cancellation)
    {
        await keys.Revoke(Id(id), Id(keyId), By(http), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<UserItem> Existing(string id, UserDirectory users, CancellationToken cancellation) =>
        await users.Find(Id(id), cancellation) ?? throw ProblemException.NotFound("id", $"The account {id}");

    private static Actor By(HttpContext http) => Caller.Of(http).Actor;

    private static Guid Id(string id) => Guid.TryParseExact(id, "D", out var guid) ? guid : throw ProblemException.NotFound("id", "What is asked for");

    private static string Role(string? role) => role is not null && AccountRoles.All.Contains(role)
        ? role
        : throw ProblemException.Invalid("role", $"must be one of: {string.Join(", ", AccountRoles.All)}.");

    private static int? Messages(string field, int? number) =>
        number is null or (>= 0 and <= MostMessages) ? number : throw ProblemException.Invalid(field, $"must be from 0 to {MostMessages}.");
}

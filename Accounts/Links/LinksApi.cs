using Bus.Messaging.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Links;

/// <summary>A code to write to the bot.</summary>
/// <param name="Code">Write <c>/link CODE</c> to the bot, where nobody else reads it.</param>
/// <param name="ExpiresAt">Until when it is good; once.</param>
internal sealed record LinkCodeResponse(string Code, DateTimeOffset ExpiresAt);

/// <summary>Who you are on platforms.</summary>
/// <param name="Links">In the order of the platforms.</param>
internal sealed record LinksResponse(IReadOnlyList<LinkItem> Links);

/// <summary>The endpoints by which people say who they are on platforms.</summary>
internal static class LinksApi
{
    public static void MapLinksApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth/links").WithTags("Login").Needs(Permissions.Account);
        group.MapPost("", Create).WithSummary("Get a code to write to the bot, so that it knows you").Produces<LinkCodeResponse>(201);
        group.MapGet("", List).WithSummary("Who you are on platforms").Produces<LinksResponse>();
        group.MapDelete("/{platform}/{participant}", Remove).WithSummary("Be yourself on a platform no longer").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> Create(HttpContext http, ParticipantLinks links, CancellationToken cancellation)
    {
        var (code, expires) = await links.NewCode(Caller.Of(http).UserId!.Value, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created("/api/auth/links", new LinkCodeResponse(code, expires));
    }

    private static async Task<IResult> List(HttpContext http, ParticipantLinks links, CancellationToken cancellation) =>
        TypedResults.Ok(new LinksResponse(await links.Of(Caller.Of(http).UserId!.Value, cancellation)));

    private static async Task<IResult> Remove(
        HttpContext http, string platform, string participant, ParticipantLinks links, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        await links.Remove(caller.UserId!.Value, platform, participant, caller.Actor, cancellation);
        return TypedResults.NoContent();
    }
}

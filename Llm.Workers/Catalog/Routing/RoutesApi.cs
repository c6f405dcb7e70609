using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Llm.Catalog.Routing;

/// <summary>The endpoints of our own names for models.</summary>
internal static class RoutesApi
{
    /// <summary>What a route may be given, and what answers have besides.</summary>
    private static readonly string[] Members = ["mode", "targets", "name", "updated_at"];

    private static readonly string[] OfTarget = ["model", "weight", "name", "model_id", "provider", "status"];

    public static void MapRoutesApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/llm-routes").WithTags("Models");
        group.MapGet("", List).Needs(Permissions.ReadModels).WithSummary("List the routes: our own names for models").Produces<RoutesResponse>();
        group.MapPut("/{name}", Put).Needs(Permissions.ManageModels).WithSummary("Make a route, or change it; default is for all who name no model")
            .Accepts<RouteItem>("application/json").Produces<RouteItem>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(413);
        group.MapDelete("/{name}", Delete).Needs(Permissions.ManageModels).WithSummary("Remove a route; its models stay").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> List(RouteStore store, CancellationToken cancellation) => TypedResults.Ok(new RoutesResponse(await store.List(cancellation)));

    private static async Task<IResult> Put(HttpContext http, string name, RouteStore store, CancellationToken cancellation)
    {
        var members = await Given.Body(http.Request, Members);
        var mode = members.Present("mode") is { } given ? Given.Word("mode", given, RouteModes.Ordered, RouteModes.Weighted, RouteModes.RoundRobin, RouteModes.Fastest) : RouteModes.Ordered;
        var targets = Given.List("targets", members.Present("targets") ?? throw ProblemException.Invalid("targets", "is missing."), Limits.MostTargets).Select(Target).ToList();
        if (targets.Count == 0)
            throw ProblemException.Invalid("targets", "must have one model at least.");
        return TypedResults.Ok(await store.Put(Name(name), mode, targets, Caller.Of(http).Actor, cancellation));
    }

    private static async Task<IResult> Delete(HttpContext http, string name, RouteStore store, CancellationToken cancellation)
    {
        await store.Delete(Name(name), Caller.Of(http).Actor, cancellation);
        return TypedResults.NoContent();
    }

    private static NamedTarget Target((string Path, JsonElement Value) target)
    {
        var members = Given.Members($"{target.Path}.", target.Value, OfTarget);
        var model = members.Present("model") ?? throw ProblemException.Invalid($"{target.Path}.model", "is missing.");
        return new NamedTarget(
            $"{target.Path}.model", Given.Text($"{target.Path}.model", model, Limits.LongestId),
            members.Present("weight") is { } weight ? Given.Number($"{target.Path}.weight", weight, Limits.HeaviestWeight) : 1);
    }

    /// <summary>The server leaves an encoded slash as it is.</summary>
    private static string Name(string name)
    {
        var decoded = name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return decoded.Trim() == decoded && decoded.Length is > 0 and <= Limits.LongestRouteName && !decoded.Any(char.IsControl)
            ? decoded
            : throw ProblemException.Invalid("name", $"must have 1 to {Limits.LongestRouteName} characters, none of them control characters, and no spaces at its ends.");
    }
}

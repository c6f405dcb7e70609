using Bus.Events.Projections;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Memory.Repricings;

/// <summary>The endpoints by which a wrong price is put right for calls that are over.</summary>
internal static class RepricingApi
{
    public static void MapRepricing(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/llm/repricings").WithTags("Usage").Needs(Permissions.ManageUsage);
        group.MapPost("/preview", Preview).WithSummary("What another price would change for the calls of a model that are over; nothing is written")
            .Accepts<RepricingRequest>("application/json").Produces<RepricingReport>().ProducesProblem(400);
        group.MapPost("", Apply).WithSummary("Give the calls of a model that are over another price: each is corrected once in the ledger, also when this is sent again with its id")
            .Accepts<RepricingRequest>("application/json").Produces<RepricingReport>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(503);
    }

    private static async Task<IResult> Preview(HttpContext http, Repricer repricer, ProjectionReads reads, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<RepricingRequest>(http.Request);
        await reads.CatchUp(http.Response, ["Ledger"], cancellation);
        return TypedResults.Ok(await repricer.Preview(request, cancellation));
    }

    private static async Task<IResult> Apply(HttpContext http, Repricer repricer, CancellationToken cancellation) =>
        TypedResults.Ok(await repricer.Apply(await JsonBody.Read<RepricingRequest>(http.Request), Caller.Of(http).Actor, cancellation));
}

using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Llm.Catalog.Entries;

/// <summary>The endpoints of the models that can be asked (contract, L-20 to L-26).</summary>
internal static class EntriesApi
{
    public static void MapEntriesApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/llm-models").WithTags("Models");
        group.MapGet("", List).Needs(Permissions.ReadModels).WithSummary("List the models, of a provider, a type or a status").Produces<EntriesResponse>().ProducesProblem(400);
        group.MapGet("/{id}", Show).Needs(Permissions.ReadModels).WithSummary("Show a model").Produces<EntryItem>().ProducesProblem(404);
        group.MapPost("", Create).Needs(Permissions.ManageModels).WithSummary("Add a model; it can be asked at once")
            .Accepts<EntryItem>("application/json").Produces<EntryItem>(201).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413);
        group.MapPut("/{id}", Change).Needs(Permissions.ManageModels).WithSummary("Change a model: what is sent, and nothing else")
            .Accepts<EntryItem>("application/json").Produces<EntryItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413);
        group.MapDelete("/{id}", Delete).Needs(Permissions.ManageModels).WithSummary("Remove a model that no route has").Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> List(
        EntryStore entries, EntryAnswers answers, CancellationToken cancellation, string? provider = null, string? type = null, string? status = null)
    {
        if (Asked(status) is not (null or ModelStatuses.Enabled or ModelStatuses.Disabled or ModelStatuses.Inactive))
            throw ProblemException.Invalid("status", "must be enabled, disabled or inactive.");
        var found = await entries.List(Asked(provider), Asked(type), Asked(status), cancellation);
        return TypedResults.Ok(new EntriesResponse(await answers.Of(found, cancellation)));
    }

    private static async Task<IResult> Show(string id, EntryStore entries, EntryAnswers answers, CancellationToken cancellation) =>
        TypedResults.Ok(await answers.Of(await entries.Find(Id(id), cancellation), cancellation));

    private static async Task<IResult> Create(HttpContext http, EntryStore entries, EntryAnswers answers, CancellationToken cancellation)
    {
        var entry = (await answers.Change(http.Request)).Create(answers.NewId());
        await entries.Create(entry, Caller.Of(http).Actor, cancellation);
        return TypedResults.Created($"/api/v1/llm-models/{entry.Id}", await answers.Of(entry, cancellation));
    }

    private static async Task<IResult> Change(HttpContext http, string id, EntryStore entries, EntryAnswers answers, CancellationToken cancellation)
    {
        var change = await answers.Change(http.Request);
        return TypedResults.Ok(await answers.Of(await entries.Change(Id(id), change, Caller.Of(http).Actor, cancellation), cancellation));
    }

    private static async Task<IResult> Delete(HttpContext http, string id, EntryStore entries, CancellationToken cancellation)
    {
        await entries.Delete(Id(id), Caller.Of(http).Actor, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Null when nothing is asked for: pages send filters that nobody has filled in.</summary>
    private static string? Asked(string? filter) => string.IsNullOrWhiteSpace(filter) ? null : filter.Trim();

    private static Guid Id(string id) => Guid.TryParseExact(id, "D", out var guid) ? guid : throw ProblemException.NotFound("id", "The model");
}

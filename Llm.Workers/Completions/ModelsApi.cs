using System.Text.Json.Serialization;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Llm.Completions;

/// <summary>The endpoints that list what a caller can ask: in OpenAI's form, and in the earlier server's (contract, L-18).</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Models").Needs(Permissions.Chat);
        group.MapGet("/v1/models", List).WithMetadata(new OpenAIErrors()).WithSummary("The models and routes that you can ask, in OpenAI's form").Produces<ModelList>();
        group.MapGet("/v1/models/{**model}", Show).WithMetadata(new OpenAIErrors()).WithSummary("One of them").Produces<ListedModel>();
        group.MapGet("/api/v1/llm/models", Describe).WithSummary("The models and routes that you can ask, and what they can").Produces<AvailableModels>();
    }

    private static async Task<IResult> List(HttpContext http, IModelCatalog catalog, TimeProvider time, CancellationToken cancellation) =>
        TypedResults.Ok(new ModelList("list", [.. (await Available(http, catalog, time, cancellation)).Select(ListedModel.Of)]));

    private static async Task<IResult> Show(HttpContext http, string model, IModelCatalog catalog, TimeProvider time, CancellationToken cancellation)
    {
        // Clients write the slash of a name so, and it is the one sign that the web server leaves as it came.
        var name = model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return (await Available(http, catalog, time, cancellation)).FirstOrDefault(found => found.Id == name) is { } found
            ? TypedResults.Ok(ListedModel.Of(found))
            : throw new ProblemException(StatusCodes.Status404NotFound, "There is no such model that you can ask.", "model") { Code = "model_not_found" };
    }

    private static async Task<IResult> Describe(HttpContext http, IModelCatalog catalog, TimeProvider time, CancellationToken cancellation) =>
        TypedResults.Ok(new AvailableModels([.. await Available(http, catalog, time, cancellation)]));

    private static async Task<IEnumerable<AvailableModel>> Available(HttpContext http, IModelCatalog catalog, TimeProvider time, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        return AvailableModel.Of(await catalog.Get(cancellation), CallFor.ChooserOf(caller.Id, null), caller.Models, time.GetUtcNow());
    }
}

/// <summary>Models as OpenAI's clients read them.</summary>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Data">The models.</param>
internal sealed record ModelList([property: JsonPropertyName("object")] string Object, [property: JsonPropertyName("data")] IReadOnlyList<ListedModel> Data);

/// <summary>A model as OpenAI's clients read it.</summary>
/// <param name="Id">What to send as <c>model</c>.</param>
/// <param name="Object"><c>model</c>.</param>
/// <param name="Created">When it was added, in seconds since 1970.</param>
/// <param name="OwnedBy">Who serves it.</param>
internal sealed record ListedModel(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("owned_by")] string OwnedBy)
{
    public static ListedModel Of(AvailableModel model) => new(model.Id, "model", model.CreatedAt.ToUnixTimeSeconds(), model.Provider);
}

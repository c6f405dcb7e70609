using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>Somebody chooses what answers them (contract, C-19). What is absent stays; null takes it away.</summary>
/// <param name="UserId">Who, where they have no account; who has one is known by it.</param>
/// <param name="ModelType">A model or a route, or <c>custom</c> for their own.</param>
/// <param name="MaxTokens">The most tokens of an answer when they do not say.</param>
/// <param name="CustomApiUrl">Where their own model is. Another address wants the key again.</param>
/// <param name="CustomModel">What it is called there.</param>
/// <param name="CustomApiKey">Its key.</param>
internal sealed record ChangeConfigRequest(string? UserId, string? ModelType, int? MaxTokens, string? CustomApiUrl, string? CustomModel, string? CustomApiKey);

/// <summary>The endpoints by which people choose what answers them (contract, C-18 and C-19).</summary>
internal static class ConfigApi
{
    private const string UserId = "user_id";

    public static void MapConfigApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/config").WithTags("Models").Needs(Permissions.Chat);
        group.MapGet("", Show).WithSummary("What answers you, and what may; keys are shown by their ends").Produces<ConfigResponse>().ProducesProblem(400);
        group.MapPost("", Change).WithSummary("Choose what answers you: a model, a route, or your own model with your own key")
            .Accepts<ChangeConfigRequest>("application/json").Produces<ConfigResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(413);
    }

    private static async Task<IResult> Show(HttpContext http, OwnConfigs configs, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        return TypedResults.Ok(await configs.Show(Identifier(caller, http.Request.Query[UserId]), caller, cancellation));
    }

    private static async Task<IResult> Change(HttpContext http, OwnConfigs configs, CancellationToken cancellation)
    {
        var members = await Given.Body(http.Request, [UserId, .. OwnConfigChange.Members]);
        var caller = Caller.Of(http);
        var userId = members.Present(UserId) is { } given ? Given.Text(UserId, given, Limits.LongestId) : null;
        var identifier = Identifier(caller, userId);
        await configs.Change(identifier, caller, members, cancellation);
        return TypedResults.Ok(await configs.Show(identifier, caller, cancellation));
    }

    /// <summary>Whom the credential proves; people without one are who they say.</summary>
    private static string Identifier(Caller caller, string? userId) => caller.UserId is not null ? caller.Id
        : string.IsNullOrWhiteSpace(userId) ? throw ProblemException.Invalid(UserId, "is missing.")
        : userId.Length > Limits.LongestId || userId.Any(char.IsControl) ? throw ProblemException.Invalid(UserId, $"must have 1 to {Limits.LongestId} characters, none of them control characters.")
        : $"{caller.Id}/{userId.Trim()}";
}

using System.Text.Json.Nodes;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Settings;

/// <summary>What the system calls itself (contract, A-31).</summary>
/// <param name="BrandText">The text (contract, A-32).</param>
internal sealed record BrandingResponse(string BrandText);

/// <summary>The endpoints of the settings of the system.</summary>
internal static class SettingsApi
{
    public static void MapSettingsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/settings").WithTags("Settings");
        group.MapGet("", Get).Needs(Permissions.ReadSettings).WithSummary("What is set for the whole system").Produces<SystemSettings>();
        group.MapPatch("", Change).Needs(Permissions.ManageSettings)
            .WithSummary("Change some of it; null takes a setting away. It holds in all processes within a second")
            .Accepts<SystemSettings>("application/json").Produces<SystemSettings>().ProducesProblem(400).ProducesProblem(413);
        group.MapGet("/branding", Branding).IsOpen("it is shown before anybody logs in").WithSummary("What the system calls itself").Produces<BrandingResponse>();
    }

    private static async Task<IResult> Get(LiveSettings settings, CancellationToken cancellation) => Answer(await settings.Get(cancellation));

    private static async Task<IResult> Change(HttpContext http, SettingsChange settings, CancellationToken cancellation)
    {
        var changes = await JsonBody.Read<JsonObject>(http.Request);
        foreach (var (name, value) in changes)
        {
            if (SettingRules.Problem(name, value) is { } problem)
                throw ProblemException.Invalid(name, problem);
        }

        return Answer(await settings.Run(changes, Caller.Of(http), cancellation));
    }

    private static async Task<IResult> Branding(LiveSettings settings, HttpResponse response, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-cache"; // pages ask from time to time, and show a change without being loaded anew
        return TypedResults.Ok(new BrandingResponse((await settings.Get(cancellation)).BrandText!));
    }

    private static JsonHttpResult<SystemSettings> Answer(SystemSettings settings) => TypedResults.Json(settings, SystemSettings.Json);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Settings;

/// <summary>What holds at a place.</summary>
/// <param name="Scope">The place.</param>
/// <param name="Own">What is set for it itself.</param>
/// <param name="Effective">What holds there, with what the wider places and the process say.</param>
/// <param name="From">Which place each comes from; those that are not named come with the process.</param>
public sealed record PlaceSettingsResponse(string Scope, JsonObject Own, JsonObject Effective, IReadOnlyDictionary<string, string> From);

/// <summary>The endpoints for the settings of places.</summary>
internal static class PlaceSettingsApi
{
    public static void MapPlaceSettingsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/place-settings").WithTags("Settings");
        group.MapGet("", Get).Needs(Permissions.ReadOperations)
            .WithSummary("What holds for a platform, a bot, a chat, a topic or a person, and which place says so")
            .Produces<PlaceSettingsResponse>().ProducesProblem(400);
        group.MapPatch("", Change).Needs(Permissions.ManageSettings)
            .WithSummary("Change what is set for one of them; null takes a setting away")
            .Accepts<PlaceSettings>("application/json").Produces<PlaceSettingsResponse>().ProducesProblem(400).ProducesProblem(413);
    }

    private static Task<IResult> Get(
        [FromQuery] string? platform, [FromQuery] string? bot, [FromQuery] string? chat, [FromQuery] string? topic, [FromQuery] string? user,
        [FromQuery] string? guild, [FromQuery] string? category,
        SettingsCascade cascade, CancellationToken cancellation) =>
        Answer(ScopesOf(platform, bot, chat, topic, user, guild, category), cascade, cancellation);

    private static async Task<IResult> Change(
        [FromQuery] string? platform, [FromQuery] string? bot, [FromQuery] string? chat, [FromQuery] string? topic, [FromQuery] string? user,
        [FromQuery] string? guild, [FromQuery] string? category,
        HttpRequest http, SettingsCascade cascade, CancellationToken cancellation)
    {
        var scopes = ScopesOf(platform, bot, chat, topic, user, guild, category);
        var changes = (await JsonBody.Read<JsonObject>(http)).ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (SettingFields.Problem(name, value) is { } problem)
                throw ProblemException.Invalid(name, problem);
        }

        if (changes.Count > 0)
            await cascade.Change(scopes[^1], changes, Caller.Of(http.HttpContext).Actor, cancellation);
        return await Answer(scopes, cascade, cancellation);
    }

    private static async Task<IResult> Answer(IReadOnlyList<SettingScope> scopes, SettingsCascade cascade, CancellationToken cancellation)
    {
        var resolved = await cascade.Resolve(scopes, cancellation);
        var own = await cascade.Own(scopes[^1], cancellation);
        return TypedResults.Ok(new PlaceSettingsResponse(scopes[^1].Path, Json(own), Json(resolved.Settings), resolved.From));
    }

    private static JsonObject Json(PlaceSettings settings) => JsonSerializer.SerializeToNode(settings, PlaceSettings.Json)!.AsObject();

    private static IReadOnlyList<SettingScope> ScopesOf(
        string? platform, string? bot, string? chat, string? topic, string? user, string? guild, string? category)
    {
        if (platform is not (Platforms.Telegram or Platforms.Discord))
            throw ProblemException.Invalid("platform", $"must be {Platforms.Telegram} or {Platforms.Discord}.");
        if (bot is null && (chat ?? user ?? guild ?? category) is not null)
            throw ProblemException.Invalid("bot", "is missing: chats and people are a bot's.");
        if (chat is null && topic is not null)
            throw ProblemException.Invalid("chat", "is missing: topics are a chat's.");
        foreach (var (name, id) in new[] { ("bot", bot), ("chat", chat), ("topic", topic), ("user", user), ("guild", guild), ("category", category) })
        {
            if (id is not null && (id.Length is 0 or > Limits.LongestId || id.Any(char.IsControl)))
                throw ProblemException.Invalid(name, $"must be an id of 1 to {Limits.LongestId} characters.");
        }

        return SettingScope.Of(platform, bot, chat, topic, user, guild, category);
    }
}

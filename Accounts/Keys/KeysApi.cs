using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Keys;

/// <summary>Somebody wants a key.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What it may do; without them <c>chat</c> and <c>conversations.read</c>.</param>
/// <param name="Models">The models that it may ask, the usual one first; without them all.</param>
/// <param name="ExpiresAt">When it is good no longer (ISO 8601 with its offset from UTC); without it never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateKeyRequest(
    string? Name, IReadOnlyList<string?>? Scopes = null, IReadOnlyList<string?>? Models = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A key was made.</summary>
/// <param name="Key">What to send as <c>Authorization: Bearer …</c>. It is told only here.</param>
/// <param name="Item">What is kept of it.</param>
internal sealed record CreatedKeyResponse(string Key, KeyItem Item);

/// <summary>The keys of an account.</summary>
/// <param name="Keys">The newest first.</param>
internal sealed record KeysResponse(IReadOnlyList<KeyItem> Keys);

/// <summary>The endpoints by which people look after their keys.</summary>
internal static class KeysApi
{
    private static readonly string[] UsualScopes = [Permissions.Chat, Permissions.ReadConversations];

    public static void MapKeysApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/keys").WithTags("Keys").Needs(Permissions.Account);
        group.MapGet("", List).WithSummary("List your keys").Produces<KeysResponse>();
        group.MapPost("", Create).WithSummary("Make a key; it is told only once")
            .Accepts<CreateKeyRequest>("application/json").Produces<CreatedKeyResponse>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapDelete("/{id}", Revoke).WithSummary("Withdraw a key").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> List(HttpContext http, ApiKeys keys, CancellationToken cancellation) =>
        TypedResults.Ok(new KeysResponse(await keys.Of(Caller.Of(http).UserId!.Value, cancellation)));

    private static async Task<IResult> Create(HttpContext http, ApiKeys keys, TimeProvider time, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<CreateKeyRequest>(http.Request);
        var caller = Caller.Of(http);
        var wanted = new NewKey(
            Text("name", request.Name, Limits.LongestKeyName), Scopes(request.Scopes, caller), Models(request.Models),
            request.ExpiresAt is null || request.ExpiresAt > time.GetUtcNow() ? request.ExpiresAt : throw ProblemException.Invalid("expires_at", "is in the past."));
        var (item, key) = await keys.Create(caller.UserId!.Value, wanted, caller.Actor, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/keys/{item.Id}", new CreatedKeyResponse(key, item));
    }

    private static async Task<IResult> Revoke(HttpContext http, string id, ApiKeys keys, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        if (!Guid.TryParseExact(id, "D", out var keyId))
            throw ProblemException.NotFound("id", "The key");
        await keys.Revoke(caller.UserId!.Value, keyId, caller.Actor, cancellation);
        return TypedResults.NoContent();
    }

    private static string[] Scopes(IReadOnlyList<string?>? given, Caller caller)
    {
        if (given is null)
            return [.. UsualScopes.Where(caller.May)];
        if (given.Count == 0 || given.Any(scope => scope is null || !Permissions.Scopes.Contains(scope)))
            throw ProblemException.Invalid("scopes", $"must be some of: {string.Join(", ", Permissions.Scopes)}.");
        if (given.FirstOrDefault(scope => !caller.May(scope!)) is { } foreign)
            throw new ProblemException(StatusCodes.Status403Forbidden, $"scopes has {foreign}, which you may not do yourself.", "scopes");
        return [.. given.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static string[]? Models(IReadOnlyList<string?>? given)
    {
        if (given is null)
            return null;
        if (given.Count is 0 or > Limits.MostKeyModels)
            throw ProblemException.Invalid("models", $"must name 1 to {Limits.MostKeyModels}, or be left out.");
        return [.. given.Select(model => Text("models", model, Limits.LongestId)).Distinct(StringComparer.Ordinal)];
    }

    private static string Text(string field, string? value, int longest) => value switch
    {
        null => throw ProblemException.Invalid(field, "is missing."),
        _ when string.IsNullOrWhiteSpace(value) || value.Length > longest || value.Any(char.IsControl) =>
            throw ProblemException.Invalid(field, $"must have 1 to {longest} characters, none of them control characters."),
        _ => value.Trim(),
    };
}

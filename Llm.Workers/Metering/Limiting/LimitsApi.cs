using System.Text.Json.Serialization;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Llm.Metering.Limiting;

/// <summary>A limit is to be made.</summary>
/// <param name="Subject"><c>user</c>, <c>chat</c>, <c>key</c>, <c>model</c>, <c>provider_key</c> or <c>all</c>.</param>
/// <param name="SubjectId">Which of them: an owner (<c>user:…</c>), a chat (<c>telegram/1/-7</c>), an id; without it each of them.</param>
/// <param name="Unit"><c>requests</c>, <c>tokens</c> or <c>money</c>.</param>
/// <param name="Window"><c>minute</c>, <c>day</c> or <c>month</c>.</param>
/// <param name="Amount">How much; money in the base currency.</param>
/// <param name="SoftPercent">From how much of it on it is said that it is near; 80 without it.</param>
/// <param name="Action"><c>block</c> (without it), <c>cheaper</c> or <c>queue</c>.</param>
/// <param name="Fallback">The model or route to ask instead, for <c>cheaper</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateLimitRequest(
    string? Subject, string? SubjectId, string? Unit, string? Window, decimal? Amount, int? SoftPercent = null, string? Action = null, string? Fallback = null);

/// <summary>What is to be changed of a limit; what is left out stays.</summary>
/// <param name="Amount">How much.</param>
/// <param name="SoftPercent">From how much of it on it is said that it is near.</param>
/// <param name="Action">What happens when it is reached.</param>
/// <param name="Fallback">The model or route to ask instead; another action takes it away.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeLimitRequest(decimal? Amount = null, int? SoftPercent = null, string? Action = null, string? Fallback = null);

/// <summary>A limit.</summary>
internal sealed record LimitItem(
    Guid Id, string Subject, string? SubjectId, string Unit, string Window, decimal Amount, int SoftPercent, string Action, string? Fallback, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>How much of it is used now; null for one that is each of many's.</summary>
    public decimal? Used { get; init; }
}

/// <summary>All limits.</summary>
/// <param name="Limits">The oldest first.</param>
internal sealed record LimitsResponse(IReadOnlyList<LimitItem> Limits);

/// <summary>What a subject has used.</summary>
/// <param name="Usage">Of each unit and window that some limit counts.</param>
internal sealed record LimitUsageResponse(IReadOnlyList<LimitUsageItem> Usage);

/// <summary>How much a subject has used.</summary>
internal sealed record LimitUsageItem(string Unit, string Window, decimal Used);

/// <summary>What limits count was counted anew.</summary>
/// <param name="Counters">How many counters there are now.</param>
internal sealed record RecountResponse(long Counters);

/// <summary>The endpoints by which administrators look after limits.</summary>
internal static class LimitsApi
{
    public static void MapLimitsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/llm-limits").WithTags("Limits");
        group.MapGet("", List).Needs(Permissions.ReadLimits).WithSummary("List the limits, with what is used of those of one subject").Produces<LimitsResponse>();
        group.MapGet("/usage", Usage).Needs(Permissions.ReadLimits).WithSummary("What a subject has used of what limits count").Produces<LimitUsageResponse>().ProducesProblem(400);
        group.MapPost("", Create).Needs(Permissions.ManageLimits).WithSummary("Make a limit; what was used before counts")
            .Accepts<CreateLimitRequest>("application/json").Produces<LimitItem>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapPost("/recount", Recount).Needs(Permissions.ManageLimits).WithSummary("Count anew, from the ledger, what limits count; calls wait meanwhile").Produces<RecountResponse>();
        group.MapPut("/{id}", Change).Needs(Permissions.ManageLimits).WithSummary("Change some of a limit")
            .Accepts<ChangeLimitRequest>("application/json").Produces<LimitItem>().ProducesProblem(400).ProducesProblem(404);
        group.MapDelete("/{id}", Delete).Needs(Permissions.ManageLimits).WithSummary("Take a limit away").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> List(LimitStore limits, CancellationToken cancellation)
    {
        var used = await limits.Used(null, null, cancellation);
        return TypedResults.Ok(new LimitsResponse([.. (await limits.All(cancellation)).Select(limit => Item(limit) with { Used = Used(limit) })]));

        decimal? Used(Limit limit) => limit.SubjectId is null && limit.Subject != LimitSubjects.All
            ? null
            : Amounts.Shown(limit.Unit, used.GetValueOrDefault(new Counter(limit.Subject, limit.SubjectId ?? "", limit.Unit, limit.Window)));
    }

    private static async Task<IResult> Usage(string? subject, string? id, LimitStore limits, CancellationToken cancellation)
    {
        var known = LimitRules.Subject(subject);
        if (id is null && known != LimitSubjects.All)
            throw ProblemException.Invalid("id", "is missing.");
        var used = await limits.Used(known, id is null ? "" : LimitRules.SubjectId(known, id), cancellation);
        return TypedResults.Ok(new LimitUsageResponse(
            [.. used.OrderBy(entry => (entry.Key.Unit, entry.Key.Window)).Select(entry => new LimitUsageItem(entry.Key.Unit, entry.Key.Window, Amounts.Shown(entry.Key.Unit, entry.Value)))]));
    }

    private static async Task<IResult> Create(HttpContext http, LimitStore limits, TimeProvider time, CancellationToken cancellation)
    {
        var wanted = await JsonBody.Read<CreateLimitRequest>(http.Request);
        var limit = await limits.Create(LimitRules.New(wanted, time.GetUtcNow()), Caller.Of(http).Actor, cancellation);
        return TypedResults.Created($"/api/v1/llm-limits/{limit.Id}", Item(limit));
    }

    private static async Task<IResult> Recount(HttpContext http, LimitStore limits, CancellationToken cancellation) =>
        TypedResults.Ok(new RecountResponse(await limits.Recount(Caller.Of(http).Actor, cancellation)));

    private static async Task<IResult> Change(HttpContext http, string id, LimitStore limits, CancellationToken cancellation)
    {
        var wanted = await JsonBody.Read<ChangeLimitRequest>(http.Request);
        return TypedResults.Ok(Item(await limits.Change(Id(id), limit => LimitRules.Changed(limit, wanted), Caller.Of(http).Actor, cancellation)));
    }

    private static async Task<IResult> Delete(HttpContext http, string id, LimitStore limits, CancellationToken cancellation)
    {
        await limits.Delete(Id(id), Caller.Of(http).Actor, cancellation);
        return TypedResults.NoContent();
    }

    private static Guid Id(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw ProblemException.NotFound("id", "The limit");

    private static LimitItem Item(Limit limit) => new(
        limit.Id, limit.Subject, limit.SubjectId, limit.Unit, limit.Window, limit.Amount, limit.SoftPercent, limit.Action, limit.Fallback, limit.CreatedAt, limit.UpdatedAt);
}

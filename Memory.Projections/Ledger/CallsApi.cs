using System.ComponentModel;
using System.Globalization;
using Bus.Contracts;
using Bus.Events.Projections;
using Bus.Memory.Usage;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Bus.Memory.Ledger;

/// <summary>Calls to models (contract, L-34).</summary>
/// <param name="Currency">The currency of costs.</param>
/// <param name="Calls">The newest first.</param>
/// <param name="Next">What to ask for as <c>before</c> to have those that follow; null when there are none.</param>
internal sealed record CallsResponse(string Currency, IReadOnlyList<CallItem> Calls, long? Next);

/// <summary>The endpoint that lists calls.</summary>
internal static class CallsApi
{
    private const int UsualCount = 50;

    private static readonly string[] Outcomes =
        [LedgerRow.Open, AttemptOutcomes.Answered, AttemptOutcomes.Cancelled, AttemptOutcomes.Failed, AttemptOutcomes.Lost, AttemptOutcomes.Cached];

    public static void MapCalls(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/llm/calls", List).WithTags("Usage").Needs(Permissions.ReadConversations)
            .WithSummary("Every call to a model, the newest first: one's own, or with the permission usage.read of one or all")
            .Produces<CallsResponse>().ProducesProblem(400).ProducesProblem(403);

    private static async Task<IResult> List(
        HttpContext http,
        [FromQuery, Description("Only calls before this place in the list: next of the answer before")] string? before,
        [FromQuery, Description("How many, 1 to 200; 50 by default")] string? limit,
        [FromQuery, Description("Only this model, or what was asked for by this name")] string? model,
        [FromQuery, Description("Only those that ended so: open, answered, cancelled, failed, lost, cached")] string? outcome,
        [FromQuery(Name = "call_id"), Description("Only the attempts of this call")] string? callId,
        [FromQuery, Description("mine (the usual), or all: those of all people")] string? of,
        [FromQuery, Description("Only those of an account, by its id, or of somebody as conversations name them: telegram:42")] string? user,
        NpgsqlDataSource database, IParticipants people, BaseCurrency currency, ProjectionReads reads, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        var owners = await new UsageOwners(people).Of(caller, of, user, cancellation);
        if (outcome is not null && !Outcomes.Contains(outcome))
            throw ProblemException.Invalid("outcome", $"must be one of: {string.Join(", ", Outcomes)}.");
        if (model?.Length > Limits.LongestId)
            throw ProblemException.Invalid("model", $"must have at most {Limits.LongestId} characters.");
        var filter = new CallsFilter(owners, model, outcome, callId is null ? null : Id(callId));
        var (place, count) = (Place(before), UsageApi.Number("limit", limit, UsualCount, 1, Limits.MostListedCalls));

        await reads.CatchUp(http.Response, ["Ledger", "Sessions"], cancellation);
        var found = await new CallsQuery(database).Run(filter, place, count + 1, cancellation);
        var calls = found.Take(count).Select(call => caller.May(Permissions.ReadUsage) ? call : call with { ProviderKeyId = null }).ToList();
        return TypedResults.Ok(new CallsResponse(currency.Code, calls, found.Count > count ? calls[^1].Id : null));
    }

    private static Guid Id(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw ProblemException.Invalid("call_id", "must be the id of a call.");

    private static long Place(string? before) => before is null
        ? long.MaxValue
        : long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0 ? place : throw ProblemException.Invalid("before", "must be a number from 1.");
}

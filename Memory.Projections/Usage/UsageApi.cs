using System.ComponentModel;
using System.Globalization;
using Bus.Contracts;
using Bus.Events.Projections;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Bus.Memory.Usage;

/// <summary>What models took in a stretch of time (contract, L-19).</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it is over.</param>
/// <param name="Currency">The currency of costs.</param>
/// <param name="Totals">All together.</param>
/// <param name="By">Put together as asked for.</param>
/// <param name="IsComplete">There are no more groups after these.</param>
internal sealed record UsageResponse(
    DateTimeOffset From, DateTimeOffset To, string Currency, UsageFigures Totals, IReadOnlyList<UsageFigures> By, bool IsComplete);

/// <summary>The endpoint that tells what models took.</summary>
internal static class UsageApi
{
    private const int UsualCount = 200;
    private const int MostGroupings = 2;

    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/llm/usage", Get).WithTags("Usage").Needs(Permissions.ReadConversations)
            .WithSummary("What models took, and what that cost: one's own, or with the permission usage.read of one or all")
            .Produces<UsageResponse>(200, "application/json", "text/csv").ProducesProblem(400).ProducesProblem(403);

    private static async Task<IResult> Get(
        HttpContext http,
        [FromQuery, Description("The first day (UTC), or a time with its offset; thirty days by default")] string? from,
        [FromQuery, Description("The last day (UTC), or a time with its offset, which is not part of it; now by default")] string? to,
        [FromQuery(Name = "group_by"), Description("One or two of day, model, provider, owner, key, provider_key, purpose, place, separated by a comma")] string? groupBy,
        [FromQuery, Description("Only this model")] string? model,
        [FromQuery, Description("mine (the usual), or all: that of all people")] string? of,
        [FromQuery, Description("Only that of an account, by its id, or of somebody as conversations name them: telegram:42")] string? user,
        [FromQuery, Description("How many groups, 1 to 1000; 200 by default, and all in a table")] string? limit,
        [FromQuery, Description("How many groups are left out before")] string? offset,
        [FromQuery, Description("json (the usual), or csv: the groups, or the sum when there are none")] string? format,
        NpgsqlDataSource database, IParticipants people, BaseCurrency currency, ProjectionReads reads, TimeProvider time, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        var owners = await new UsageOwners(people).Of(caller, of, user, cancellation);
        var period = UsagePeriod.Read(from, to, time.GetUtcNow());
        var groups = Groupings(groupBy, caller);
        if (format is not (null or "json" or "csv"))
            throw ProblemException.Invalid("format", "must be json or csv.");
        var (isTable, isWhole) = (format == "csv", format == "csv" && limit is null);
        var count = isWhole ? Limits.MostExportedUsage : Number("limit", limit, UsualCount, 1, Limits.MostListedUsage);
        var skipped = Number("offset", offset, 0, 0, Limits.MostSkippedUsage);
        if (model?.Length > Limits.LongestId)
            throw ProblemException.Invalid("model", $"must have at most {Limits.LongestId} characters.");

        await reads.CatchUp(http.Response, ["Ledger", "Usage", "Sessions"], cancellation);
        var (query, filter) = (new UsageQuery(database), new UsageFilter(period.From, period.To, owners, model));
        var totals = await query.Total(filter, cancellation);
        var found = groups.Count == 0 ? [] : await query.Run(filter, groups, count + 1, skipped, cancellation);
        if (isWhole && found.Count > count)
            throw ProblemException.Invalid("group_by", $"gives more than {count} rows; name a shorter time, or a limit and an offset.");
        return isTable
            ? TypedResults.File(UsageCsv.Write(groups, groups.Count == 0 ? [totals] : found.Take(count), currency.Code), "text/csv; charset=utf-8", "usage.csv")
            : TypedResults.Ok(new UsageResponse(period.From, period.To, currency.Code, totals, [.. found.Take(count)], found.Count <= count));
    }

    /// <summary>Which of a provider's keys was used is nothing that those need to know who pay for the calls.</summary>
    private static List<string> Groupings(string? text, Caller caller)
    {
        var groups = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        if (groups.Count > MostGroupings || groups.Except(UsageQuery.Groupings).Any())
            throw ProblemException.Invalid("group_by", $"must be one or two of: {string.Join(", ", UsageQuery.Groupings)}.");
        return groups.Contains("provider_key") && !caller.May(Permissions.ReadUsage)
            ? throw new ProblemException(StatusCodes.Status403Forbidden, $"provider_key needs the permission {Permissions.ReadUsage}.", "group_by")
            : groups;
    }

    /// <summary>A whole number in a range.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static int Number(string field, string? text, int otherwise, int least, int most) => text is null
        ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ProblemException.Invalid(field, $"must be a whole number from {least} to {most}.");
}

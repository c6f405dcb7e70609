using System.ComponentModel;
using System.Globalization;
using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Memory.Exchange;
using Bus.Memory.Ledger;
using Bus.Memory.Replays;
using Bus.Memory.Repricings;
using Bus.Memory.Sessions;
using Bus.Memory.Transcript;
using Bus.Memory.Usage;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Bus.Memory;

/// <summary>The sessions there are (contract, C-12).</summary>
/// <param name="Conversations">The newest first.</param>
public sealed record ConversationsResponse(IReadOnlyList<ConversationItem> Conversations);

/// <summary>A session in the list.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Title">What it is about.</param>
/// <param name="CreatedAt">When it was opened: UTC, <c>2025-10-02T10:00:00</c>.</param>
/// <param name="UpdatedAt">When something last happened in it, in the same form.</param>
/// <param name="MessageCount">What was said in it, by people and bot.</param>
public sealed record ConversationItem(Guid SessionId, string Title, string CreatedAt, string UpdatedAt, int MessageCount);

/// <summary>What was said in a session (contract, C-13).</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Messages">The oldest first.</param>
public sealed record HistoryResponse(Guid SessionId, IReadOnlyList<PromptMessage> Messages);

/// <summary>The endpoints that read. They need the database only, so every process that serves HTTP serves them.</summary>
public static class MemoryApi
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapMemory(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/conversations").WithTags("Conversations").Needs(Permissions.ReadConversations);
        group.MapGet("", List).WithSummary("List the sessions, the newest first").Produces<ConversationsResponse>().ProducesProblem(400).ProducesProblem(403);
        group.MapGet("/{session_id}/history", History).WithSummary("Read a session, as it stands or as it stood at a time")
            .Produces<HistoryResponse>().ProducesProblem(400).ProducesProblem(404);
        routes.MapExchange();
        routes.MapReplay();
        routes.MapUsage();
        routes.MapCalls();
        routes.MapRepricing();
        return routes;
    }

    private static async Task<IResult> List(
        HttpContext http, [FromQuery, Description("mine (the usual), or all: those of all people, which is recorded")] string? of,
        NpgsqlDataSource database, LiveSettings settings, IAudit audit, ProjectionReads reads, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        var isAll = of switch
        {
            null or "mine" => false,
            "all" when caller.May(Permissions.ReadAllConversations) => true,
            "all" => throw new ProblemException(StatusCodes.Status403Forbidden, $"This needs the permission {Permissions.ReadAllConversations}.", "of"),
            _ => throw ProblemException.Invalid("of", "must be mine or all."),
        };
        await reads.CatchUp(http.Response, ["Sessions"], cancellation);
        if (isAll)
            await audit.Record(caller.Actor.Did(AuditActions.ContentViewed, "sessions", after: "\"list\""), cancellation);
        var most = (await settings.Get(cancellation)).RetentionConversations is > 0 and var kept ? Math.Min(kept, Limits.MostListedSessions) : Limits.MostListedSessions;
        var sessions = await new SessionsQuery(database).Run(isAll ? null : caller.Owned, most, cancellation);
        return TypedResults.Ok(new ConversationsResponse(
            [.. sessions.Select(s => new ConversationItem(s.SessionId, s.Title, Utc(s.CreatedAt), Utc(s.UpdatedAt), s.MessageCount))]));
    }

    private static async Task<IResult> History(
        HttpContext http,
        [FromRoute(Name = "session_id")] string id,
        [FromQuery, Description("A time with its offset from UTC (ISO 8601): the session as it stood then")] string? at,
        SessionAccess sessions, EventStore log, TimeProvider time, NpgsqlDataSource database, ProjectionReads reads, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(id, "D", out var sessionId))
            throw ProblemException.NotFound("session_id", "The session");
        var past = at is null ? (DateTimeOffset?)null : Past(at, time);
        await sessions.ToRead("session_id", sessionId, Caller.Of(http), "history", cancellation);
        if (past is null)
            await reads.CatchUp(http.Response, ["Sessions", "Transcript"], cancellation);
        var messages = past is null
            ? await new TranscriptQuery(database).Run(sessionId, cancellation)
            : await new TranscriptAsOf(log).Run(sessionId, past.Value, cancellation);
        return messages is null ? throw ProblemException.NotFound("session_id", "The session") : TypedResults.Ok(new HistoryResponse(sessionId, messages));
    }

    /// <summary>What is to come cannot be shown, and would be another answer tomorrow.</summary>
    private static DateTimeOffset Past(string at, TimeProvider time) =>
        !PointInTime.TryParse(at, out var past) ? throw ProblemException.Invalid("at", $"must be {PointInTime.Expected}.")
        : past > time.GetUtcNow() ? throw ProblemException.Invalid("at", "is in the future.")
        : past;

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}

using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Memory.Replays;

/// <summary>The endpoint that shows a replay.</summary>
internal static class ReplayApi
{
    public static void MapReplay(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/conversations/{session_id}/replays/{replay_id}", Get).WithTags("Replays").Needs(Permissions.ReadConversations)
            .WithSummary("Read a replay beside its session, turn by turn, also while it runs")
            .Produces<ReplayReport>().ProducesProblem(404);

    private static async Task<IResult> Get(
        HttpContext http, [FromRoute(Name = "session_id")] string session, [FromRoute(Name = "replay_id")] string replay,
        SessionAccess sessions, EventStore log, CancellationToken cancellation)
    {
        if (Guid.TryParseExact(session, "D", out var sessionId) && Guid.TryParseExact(replay, "D", out var replayId))
        {
            await sessions.ToRead("session_id", sessionId, Caller.Of(http), "replay", cancellation);
            if (await ReplayReport.Read(log, sessionId, replayId, cancellation) is { } report)
                return TypedResults.Ok(report);
        }

        throw ProblemException.NotFound("replay_id", "The replay");
    }
}

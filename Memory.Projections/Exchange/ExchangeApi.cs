using System.ComponentModel;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Memory.Exchange;

/// <summary>A session was taken in, or was there already.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Events">How many events it has.</param>
/// <param name="Status"><c>imported</c>, or <c>already_there</c> when the very same session was here before.</param>
public sealed record ImportResponse(Guid SessionId, int Events, string Status);

/// <summary>The endpoints by which sessions leave and come.</summary>
internal static class ExchangeApi
{
    public static void MapExchange(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("/{session_id}/export", Export).Needs(Permissions.ReadConversations)
            .WithSummary("Export a session: as JSON with everything, or as Markdown to read")
            .Produces(200, contentType: "application/json", additionalContentTypes: "text/markdown").ProducesProblem(400).ProducesProblem(404);
        conversations.MapPost("/import", Import).Needs(Permissions.ImportConversations)
            .WithSummary("Take in a session that was exported as JSON; twice is once")
            .Accepts<object>("application/json").Produces<ImportResponse>().Produces<ImportResponse>(201)
            .ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
    }

    private static async Task<IResult> Export(
        HttpContext http, [FromRoute(Name = "session_id")] string id, [FromQuery, Description("json (all that is kept) or markdown")] string? format,
        SessionAccess sessions, StreamCopies copies, EventTypes types, CancellationToken cancellation)
    {
        var wanted = format ?? ExportSession.Json;
        if (!ExportSession.Formats.Contains(wanted))
            throw ProblemException.Invalid("format", $"must be one of: {string.Join(", ", ExportSession.Formats)}.");
        if (!Guid.TryParseExact(id, "D", out var sessionId))
            throw ProblemException.NotFound("session_id", "The session");
        await sessions.ToRead("session_id", sessionId, Caller.Of(http), "export", cancellation);
        if (await new ExportSession(copies, types).Run(sessionId, wanted, cancellation) is not { } file)
            throw ProblemException.NotFound("session_id", "The session");
        return wanted == ExportSession.Json
            ? TypedResults.File(file.ToArray(), "application/json", $"session-{sessionId}.json")
            : TypedResults.File(file.ToArray(), "text/markdown; charset=utf-8", $"session-{sessionId}.md");
    }

    private static async Task<IResult> Import(
        HttpRequest request, EventStore log, StreamCopies copies, EventTypes types, IAudit audit, CancellationToken cancellation)
    {
        try
        {
            var imported = await new ImportSession(log, copies, types).Run(await JsonBody.Read(request), cancellation);
            // It is there now, also when whoever sent it has hung up.
            if (imported.IsNew)
                await audit.Record(Caller.Of(request.HttpContext).Actor.Did(AuditActions.ConversationImported, $"session:{imported.SessionId}"), CancellationToken.None);
            return imported.IsNew
                ? TypedResults.Created($"/conversations/{imported.SessionId}/history", new ImportResponse(imported.SessionId, imported.Events, "imported"))
                : TypedResults.Ok(new ImportResponse(imported.SessionId, imported.Events, "already_there"));
        }
        catch (SessionFileException failure)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, failure.Message, failure.Where);
        }
        catch (StreamExistsException failure)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, failure.Message);
        }
    }
}

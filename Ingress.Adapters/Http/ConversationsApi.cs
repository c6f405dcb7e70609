using Bus.Contracts;
using Bus.Messaging.Access;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Http;

/// <summary>A session was opened or removed (contract, C-11 and C-14).</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Message">What was done, for people.</param>
public sealed record SessionResponse(Guid SessionId, string Message);

/// <summary>The endpoints that open and remove sessions. Lists and histories are read models (Bus.Memory).</summary>
internal static class ConversationsApi
{
    public static void MapConversationsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/conversations").WithTags("Conversations").Needs(Permissions.Chat);
        group.MapPost("", Create)
            .WithSummary("Open a session")
            .Produces<SessionResponse>().ProducesProblem(503);
        group.MapDelete("/{session_id}", Erase)
            .WithSummary("Remove a session and all that was said in it, for good")
            .Produces<SessionResponse>().ProducesProblem(404).ProducesProblem(503);
        group.MapDelete("/{session_id}/turn", Cancel)
            .WithSummary("Stop the answer that is being given; what there is of it is kept")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<IResult> Create(HttpContext http, IRequestClient<OpenSession> open, TimeProvider time, CancellationToken cancellation)
    {
        var sessionId = Guid.CreateVersion7(time.GetUtcNow());
        var origin = new Origin(Platforms.Api, "session", sessionId.ToString(), Part: Caller.Of(http).Part);
        var started = await Ask<OpenSession, SessionStarted>(open, new OpenSession(origin.ConversationId(), sessionId, origin), cancellation);
        return TypedResults.Ok(new SessionResponse(started.SessionId, "对话会话创建成功"));
    }

    private static async Task<IResult> Erase(
        HttpContext http, [FromRoute(Name = "session_id")] string id, SessionAccess sessions, IRequestClient<EraseSession> erase, CancellationToken cancellation)
    {
        var session = await sessions.ToManage("session_id", Check.SessionInPath(id), Caller.Of(http), "erase", cancellation);
        var erased = await Ask<EraseSession, SessionErased>(erase, new EraseSession(session.ConversationId, session.SessionId), cancellation);
        return TypedResults.Ok(new SessionResponse(erased.SessionId, "对话会话删除成功"));
    }

    private static async Task<IResult> Cancel(
        HttpContext http, [FromRoute(Name = "session_id")] string id, SessionAccess sessions, IBus bus, CancellationToken cancellation)
    {
        var session = await sessions.ToManage("session_id", Check.SessionInPath(id), Caller.Of(http), "stop", cancellation);
        try
        {
            await bus.Publish(new CancelTurn(session.ConversationId, null), cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw HttpTurns.Unavailable(failure);
        }

        return TypedResults.Accepted((string?)null);
    }

    private static async Task<TResponse> Ask<TRequest, TResponse>(IRequestClient<TRequest> client, TRequest request, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            return (await client.GetResponse<TResponse>(request, cancellation)).Message;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw HttpTurns.Unavailable(failure);
        }
    }
}

using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Http;

/// <summary>A bot asks for the answer to a message (contract, T-18).</summary>
/// <param name="UserId">Who said it.</param>
/// <param name="ChatId">In which chat.</param>
/// <param name="Text">What.</param>
public sealed record HandleRequest(string? UserId, string? ChatId, string? Text);

/// <summary>The answer (contract, T-19).</summary>
/// <param name="Text">What the bot is to say.</param>
/// <param name="Type"><c>message</c>; <c>error</c> when the text is an apology with a trace code.</param>
public sealed record HandleResponse(string Text, string Type);

/// <summary>A bot asks to begin afresh (contract, T-20); one of the two.</summary>
/// <param name="ChatId">The chat whose session ends.</param>
/// <param name="SessionId">The session that ends.</param>
public sealed record ResetRequest(string? ChatId = null, string? SessionId = null);

/// <summary>What was reset (contract, T-21).</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="ResetSessions">How many sessions were open.</param>
public sealed record ResetResponse(string Status, int ResetSessions);

/// <summary>The endpoints for bots that bring their own platform.</summary>
internal static class BotApi
{
    public static void MapBotApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/chat").WithTags("Bots").Needs(Permissions.Chat);
        group.MapPost("/handle", Handle)
            .WithSummary("Answer a message of a chat")
            .Accepts<HandleRequest>("application/json").Produces<HandleResponse>()
            .ProducesProblem(400).ProducesProblem(413).ProducesProblem(429).ProducesProblem(503).ProducesProblem(504);
        group.MapPost("/reset", Reset)
            .WithSummary("Close the open session of a chat; the next message begins afresh")
            .Accepts<ResetRequest>("application/json").Produces<ResetResponse>()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(503);
    }

    /// <summary>The place of a chat that a bot brings along: each account has its own of the same id.</summary>
    private static Origin OriginOf(string chatId, Caller caller) => new(Platforms.Api, "chat", chatId, Part: caller.Part);

    private static async Task<IResult> Handle(HttpRequest http, HttpTurns turns, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<HandleRequest>(http);
        var author = Check.Id("user_id", request.UserId);
        var caller = Caller.Of(http.HttpContext);
        var origin = OriginOf(Check.Id("chat_id", request.ChatId), caller);
        var text = Check.Text("text", request.Text);

        using var turn = await turns.Start(caller, origin, author, text, null, cancellation);
        var end = await turn.End(cancellation);
        return TypedResults.Ok(new HandleResponse(end.Text, end.Outcome == TurnOutcomes.Failed ? "error" : "message"));
    }

    private static async Task<IResult> Reset(HttpRequest http, SessionAccess sessions, IRequestClient<CloseSession> close, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<ResetRequest>(http);
        if (request is { ChatId: null, SessionId: null })
            throw ProblemException.Invalid("chat_id", "is missing, and so is session_id: one of them is needed.");

        var caller = Caller.Of(http.HttpContext);
        CloseSession command;
        if (request.SessionId is not null)
        {
            var session = await sessions.ToManage("session_id", Check.SessionId("session_id", request.SessionId), caller, "reset", cancellation);
            command = new CloseSession(session.ConversationId, session.SessionId);
        }
        else
        {
            command = new CloseSession(OriginOf(Check.Id("chat_id", request.ChatId), caller).ConversationId(), null);
        }

        try
        {
            var response = await close.GetResponse<SessionClosed, NoOpenSession>(command, cancellation);
            return TypedResults.Ok(new ResetResponse("ok", response.Is<SessionClosed>(out _) ? 1 : 0));
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw HttpTurns.Unavailable(failure);
        }
    }
}

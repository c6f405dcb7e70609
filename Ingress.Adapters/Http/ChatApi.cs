using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Http;

/// <summary>A message to a session (contract, C-15).</summary>
/// <param name="UserId">Who says it.</param>
/// <param name="SessionId">The session, from <c>POST /conversations</c>.</param>
/// <param name="Message">What.</param>
/// <param name="Temperature">0 to 2.</param>
/// <param name="MaxTokens">Limit of the answer in tokens.</param>
/// <param name="Stream">True for server-sent events, one per piece of the answer.</param>
public sealed record ChatRequest(
    string? UserId, string? SessionId, string? Message, double? Temperature = null, int? MaxTokens = null, bool? Stream = null);

/// <summary>The answer (contract, C-16).</summary>
/// <param name="SessionId">The session that keeps it.</param>
/// <param name="UserMessage">What was said.</param>
/// <param name="AssistantReply">What was answered.</param>
public sealed record ChatResponse(Guid SessionId, string UserMessage, string AssistantReply);

/// <summary>The endpoint to talk to a session.</summary>
internal static class ChatApi
{
    public static void MapChatApi(this IEndpointRouteBuilder routes) => routes.MapPost("/chat", Chat).WithTags("Chat").Needs(Permissions.Chat)
        .WithSummary("Say something in a session, and get the answer whole or as server-sent events")
        .Accepts<ChatRequest>("application/json").Produces<ChatResponse>(200, "application/json", "text/event-stream")
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(429).ProducesProblem(502).ProducesProblem(503).ProducesProblem(504);

    private static async Task<IResult> Chat(HttpRequest http, SessionAccess sessions, HttpTurns turns, CancellationToken cancellation)
    {
        var request = await JsonBody.Read<ChatRequest>(http);
        var author = Check.Id("user_id", request.UserId);
        var sessionId = Check.SessionId("session_id", request.SessionId);
        var text = Check.Text("message", request.Message);
        var options = new ModelOptions(Check.Temperature("temperature", request.Temperature), Check.MaxTokens("max_tokens", request.MaxTokens));
        var caller = Caller.Of(http.HttpContext);
        var session = await sessions.ToTalk("session_id", sessionId, caller, cancellation);

        using var turn = await turns.Start(caller, session.Origin, author, text, options, cancellation);
        if (request.Stream == true)
        {
            await new ReplyStream(http.HttpContext.Response).Write(turn, cancellation);
            return TypedResults.Empty;
        }

        var end = await turn.End(cancellation);
        return end.Outcome == TurnOutcomes.Failed
            ? throw new ProblemException(StatusCodes.Status502BadGateway, end.Text)
            : TypedResults.Ok(new ChatResponse(end.SessionId, text, end.Text));
    }
}

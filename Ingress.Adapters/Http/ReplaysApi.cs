using System.Diagnostics;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Http;

/// <summary>How a session is to be replayed; what is left out stays as it was.</summary>
/// <param name="Model">The model to ask: <c>gpt-4o</c>, <c>demo</c>, <c>ollama:llama3.2</c>.</param>
/// <param name="System">The system instruction.</param>
/// <param name="Temperature">0 to 2.</param>
/// <param name="Turns">The turns to run again: <c>3</c> or <c>3-7</c>, counted from 1.</param>
public sealed record ReplayRequest(string? Model = null, string? System = null, double? Temperature = null, string? Turns = null);

/// <summary>A replay began.</summary>
/// <param name="ReplayId">The replay, to ask for at the address in the header <c>Location</c>.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Turns">The numbers of the turns that are run again.</param>
public sealed record ReplayResponse(Guid ReplayId, Guid SessionId, IReadOnlyList<int> Turns);

/// <summary>The endpoint that starts a replay. What comes of it is a read model (Bus.Memory).</summary>
internal static class ReplaysApi
{
    public static void MapReplaysApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/conversations/{session_id}/replays", Start).WithTags("Replays").Needs(Permissions.Chat)
            .WithSummary("Run the user's side of a session again on another model, instruction or temperature; nobody else sees it")
            .Accepts<ReplayRequest>("application/json").Produces<ReplayResponse>(StatusCodes.Status202Accepted)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> Start(
        [FromRoute(Name = "session_id")] string id, HttpRequest http, SessionAccess sessions, IRequestClient<StartReplay> start, TimeProvider time,
        CancellationToken cancellation)
    {
        var request = await JsonBody.Read<ReplayRequest>(http);
        var caller = Caller.Of(http.HttpContext);
        var model = caller.Asks(request.Model is null ? null : Check.Id("model", request.Model));
        var instruction = request.System is null ? null : Check.Text("system", request.System);
        var temperature = Check.Temperature("temperature", request.Temperature);
        var turns = request.Turns is null ? null : TurnRange.Parse(request.Turns) ?? throw ProblemException.Invalid("turns", TurnRange.Rule);
        var session = await sessions.ToManage("session_id", Check.SessionInPath(id), caller, "replay", cancellation);

        var command = new StartReplay(Guid.CreateVersion7(time.GetUtcNow()), session.SessionId, model, instruction, temperature, turns);
        var answer = await Ask(start, command, cancellation);
        if (!answer.Is<ReplayStarted>(out var response))
            throw answer.Is<ReplayRefused>(out var refused) ? Refusal(refused.Message) : new UnreachableException();
        var started = response.Message;
        return TypedResults.Accepted(
            $"/conversations/{started.SessionId}/replays/{started.ReplayId}",
            new ReplayResponse(started.ReplayId, started.SessionId, [.. started.Turns.Select(turn => turn.Number)]));
    }

    private static async Task<Response<ReplayStarted, ReplayRefused>> Ask(
        IRequestClient<StartReplay> start, StartReplay command, CancellationToken cancellation)
    {
        try
        {
            return await start.GetResponse<ReplayStarted, ReplayRefused>(command, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw HttpTurns.Unavailable(failure, "llm");
        }
    }

    private static ProblemException Refusal(ReplayRefused refused) => new(
        refused.Field == ReplayFields.Session ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity,
        refused.Reason, refused.Field);
}

using System.ComponentModel;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Messaging.Errors;

/// <summary>The messages that could not be handled.</summary>
/// <param name="Errors">Queue by queue, the oldest first.</param>
/// <param name="IsComplete">False when there are more than are listed at once.</param>
public sealed record ErrorsResponse(IReadOnlyList<ErrorItem> Errors, bool IsComplete);

/// <summary>The messages of an id.</summary>
/// <param name="Errors">More than one when several queues have it, or one has it twice.</param>
public sealed record ErrorDetailsResponse(IReadOnlyList<ErrorDetails> Errors);

/// <summary>Messages went back to be handled.</summary>
/// <param name="Redriven">How many.</param>
public sealed record RedrivenResponse(int Redriven);

/// <summary>Messages were removed for good.</summary>
/// <param name="Discarded">How many.</param>
public sealed record DiscardedResponse(int Discarded);

/// <summary>The endpoints by which administrators look after messages that could not be handled.</summary>
public static class ErrorsApi
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapErrors(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/errors").WithTags("Errors");
        group.MapGet("", List).Needs(Permissions.ReadOperations).WithSummary("List the messages that could not be handled")
            .Produces<ErrorsResponse>().ProducesProblem(404).ProducesProblem(503);
        group.MapGet("/{id}", Show).Needs(Permissions.ReadOperations).WithSummary("Show such a message: its headers, and its body when that is asked for")
            .Produces<ErrorDetailsResponse>().ProducesProblem(404).ProducesProblem(503);
        group.MapPost("/{id}/redrive", Redrive).Needs(Permissions.ManageOperations).WithSummary("Send such a message back to be handled; it is answered once")
            .Produces<RedrivenResponse>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        group.MapPost("/redrive", RedriveQueue).Needs(Permissions.ManageOperations).WithSummary("Send all messages of an error queue back to be handled")
            .Produces<RedrivenResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        group.MapDelete("/{id}", Discard).Needs(Permissions.ManageOperations).WithSummary("Remove such a message for good")
            .Produces<DiscardedResponse>().ProducesProblem(404).ProducesProblem(503);
        return routes;
    }

    private static async Task<IResult> List(
        [FromQuery, Description("Only this error queue")] string? queue, ErrorQueues errors, CancellationToken cancellation)
    {
        await Check(errors, queue, cancellation);
        var list = await Ask(() => errors.List(queue, cancellation), cancellation);
        return TypedResults.Ok(new ErrorsResponse(list.Errors, list.IsComplete));
    }

    private static async Task<IResult> Show(
        HttpContext http, string id, [FromQuery, Description("With the body, which holds what people said; this is recorded")] bool? body,
        ErrorQueues errors, IAudit audit, CancellationToken cancellation)
    {
        var caller = Caller.Of(http);
        if (body == true && !caller.May(Permissions.ReadAllConversations))
            throw new ProblemException(StatusCodes.Status403Forbidden, $"The body needs the permission {Permissions.ReadAllConversations}.", "body");
        var found = await Ask(() => errors.Show(id, body == true, cancellation), cancellation);
        if (found.Count == 0)
            throw NotFound(id);
        if (body == true)
            await audit.Record(caller.Actor.Did(AuditActions.ContentViewed, $"error:{id}"), cancellation);
        return TypedResults.Ok(new ErrorDetailsResponse(found));
    }

    private static async Task<IResult> Redrive(
        HttpContext http, string id, [FromQuery, Description("Only in this error queue")] string? queue,
        ErrorQueues errors, IAudit audit, CancellationToken cancellation)
    {
        await Check(errors, queue, cancellation);
        var redriven = await Ask(() => errors.Redrive(id, queue, cancellation), cancellation);
        if (redriven == 0)
            throw NotFound(id);
        await Record(http, audit, AuditActions.ErrorsRedriven, $"error:{id}");
        return TypedResults.Ok(new RedrivenResponse(redriven));
    }

    private static async Task<IResult> RedriveQueue(
        HttpContext http, [FromQuery, Description("The error queue")] string? queue, ErrorQueues errors, IAudit audit, CancellationToken cancellation)
    {
        await Check(errors, queue ?? throw ProblemException.Invalid("queue", "is missing."), cancellation);
        int? redriven = null;
        try
        {
            redriven = await Ask(() => errors.Redrive(null, queue, cancellation), cancellation);
            return TypedResults.Ok(new RedrivenResponse(redriven.Value));
        }
        finally
        {
            // Some may be back although not all are.
            await Record(http, audit, AuditActions.ErrorsRedriven, $"queue:{queue}", after: redriven is null ? "\"cut off\"" : $"{redriven}");
        }
    }

    private static async Task<IResult> Discard(
        HttpContext http, string id, [FromQuery, Description("Only in this error queue")] string? queue,
        ErrorQueues errors, IAudit audit, CancellationToken cancellation)
    {
        await Check(errors, queue, cancellation);
        var discarded = await Ask(() => errors.Discard(id, queue, cancellation), cancellation);
        if (discarded == 0)
            throw NotFound(id);
        await Record(http, audit, AuditActions.ErrorDiscarded, $"error:{id}");
        return TypedResults.Ok(new DiscardedResponse(discarded));
    }

    /// <summary>What is done is recorded, also when whoever asked for it has hung up.</summary>
    private static Task Record(HttpContext http, IAudit audit, string action, string subject, string? after = null) =>
        audit.Record(Caller.Of(http).Actor.Did(action, subject, after: after), CancellationToken.None);

    private static async Task Check(ErrorQueues errors, string? queue, CancellationToken cancellation)
    {
        if (queue is not null && !(await errors.Names(cancellation)).Contains(queue))
            throw ProblemException.NotFound("queue", $"The error queue {queue}");
    }

    private static async Task<T> Ask<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (RedriveException refused)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, refused.Message, "id");
        }
        catch (Exception failure) when (failure is RabbitMQ.Client.Exceptions.RabbitMQClientException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "The message broker does not answer.");
        }
    }

    private static ProblemException NotFound(string id) => ProblemException.NotFound("id", $"A message {id} in the error queues");
}

using System.Globalization;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Bus.Messaging.Lifetime;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Bus.Ingress.Http;

/// <summary>Takes messages of HTTP callers in, and waits for what comes back.</summary>
internal sealed class HttpTurns(
    Backlog backlog, Unanswered unanswered, IMessageLimits limits, IBus bus, IReplyListener replies, TimeProvider time, IConfiguration configuration, StopSchedule stop)
{
    /// <summary>
    /// How much longer a caller waits than a turn may last: until its message has its turn, and for how that ended to come back.
    /// Without it, who is told of a failure at the deadline and who only that nothing came would be a matter of luck.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Publishes a message and returns when the broker has it: from here on it is answered, whoever still waits.</summary>
    /// <exception cref="ProblemException">The message could not be taken in (503), or its sender has sent too many (429); nothing was stored.</exception>
    public async Task<HttpTurn> Start(Caller caller, Origin origin, string author, string text, ModelOptions? options, CancellationToken cancellation)
    {
        if (backlog.RetryAfter is { } wanted)
            throw Busy(wanted);
        if (caller.Asks(options?.Model) is { } model)
            options = (options ?? new ModelOptions()) with { Model = model };

        var now = time.GetUtcNow();
        var conversation = origin.ConversationId();
        var message = new MessageReceived(
            conversation, Guid.CreateVersion7(now), origin, author, text, options, replies.ReplyTo, now, unanswered.Before(conversation));
        if (caller.UserId is { } user && await limits.Count(user, message.MessageId, cancellation) is { } left)
            throw TooMany(left);
        var wait = replies.Wait(message.MessageId);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(PublishTimeout);
            await bus.Publish(message, publish => publish.MessageId = message.MessageId, limit.Token);
            unanswered.Add(conversation, message.MessageId);
            return new HttpTurn(message.MessageId, wait, () => unanswered.Remove(conversation, message.MessageId), time, now + configuration.TurnTimeout() + Grace, stop.CallersShouldLeave);
        }
        catch (Exception failure)
        {
            wait.Dispose();
            if (cancellation.IsCancellationRequested)
                throw;
            throw Unavailable(failure);
        }
    }

    private static ProblemException Busy(TimeSpan retryAfter) => new(
        StatusCodes.Status503ServiceUnavailable,
        string.Create(CultureInfo.InvariantCulture, $"Too many messages wait for their answers (MAX_BACKLOG). Nothing was stored; try again in {retryAfter.TotalSeconds:0} s."))
    {
        RetryAfter = retryAfter,
    };

    private static ProblemException TooMany(TimeSpan wait) => new(
        StatusCodes.Status429TooManyRequests, "You have sent as many messages as your account may. Nothing was stored; try again later.")
    {
        RetryAfter = wait,
    };

    /// <summary>Nobody could be asked.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="role">The role that would have answered.</param>
    public static ProblemException Unavailable(Exception failure, string role = "saga") => new(StatusCodes.Status503ServiceUnavailable, failure switch
    {
        MessageReturnedException or RequestException { InnerException: MessageReturnedException } => $"No process takes messages yet: the role '{role}' has never run.",
        RequestTimeoutException => $"No process answered in time: the role '{role}' does not run.",
        _ => "The message broker does not answer.",
    }, cause: failure);
}

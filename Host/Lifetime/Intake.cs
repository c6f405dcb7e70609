using Bus.Messaging.Lifetime;
using Microsoft.AspNetCore.Mvc;

namespace Bus.Host.Lifetime;

/// <summary>
/// Takes requests in until the process is asked to stop. From then on each is refused, so that whoever distributes them goes
/// elsewhere, and nothing else stops before those under way have their answers: all that they need still works.
/// </summary>
internal sealed partial class Intake(
    IHostApplicationLifetime lifetime, StopSchedule stop, IProblemDetailsService problems, TimeProvider time, ILogger<Intake> log)
    : IHostedLifecycleService
{
    private readonly TaskCompletionSource allAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underWay;

    /// <summary>The process has been asked to stop.</summary>
    public bool IsClosed => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Lets a request in, or refuses it.</summary>
    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        // Counted before it is looked: a request sees that the process stops, or is seen by who waits for the last one.
        Interlocked.Increment(ref underWay);
        try
        {
            if (IsClosed)
            {
                context.Response.Headers.Connection = "close";
                if (context.GetEndpoint()?.Metadata.GetMetadata<AnswersWhileStopping>() is null)
                {
                    await Refuse(context);
                    return;
                }
            }

            using var cut = stop.CallersMustLeave.UnsafeRegister(request => ((HttpContext)request!).Abort(), context);
            await next(context);
        }
        finally
        {
            if (Interlocked.Decrement(ref underWay) == 0 && IsClosed)
                allAnswered.TrySetResult();
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var waiting = Volatile.Read(ref underWay);
        if (waiting == 0)
            return;
        LogWaiting(waiting);
        await allAnswered.Task.WaitAsync(StopSchedule.CallersAreCutOff, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = Volatile.Read(ref underWay);
        if (left > 0)
            LogLeft(left);
    }

    private async Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        var details = new ProblemDetails { Status = StatusCodes.Status503ServiceUnavailable, Detail = "This process is about to stop and takes nothing in. Ask again: another one will answer." };
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping; {Count} requests are under way")]
    private partial void LogWaiting(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping; {Count} requests were not answered")]
    private partial void LogLeft(int count);

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Marks endpoints that tell about the process also while it stops.</summary>
internal sealed class AnswersWhileStopping;

using Bus.Messaging.Broker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Intake;

/// <summary>Looks once a second how many messages wait in the queues that a turn goes through.</summary>
internal sealed partial class BacklogWatch(QueueDepths depths, Backlog backlog, TimeProvider time, ILogger<BacklogWatch> log) : BackgroundService
{
    /// <summary>In the order in which a turn goes through them.</summary>
    public static readonly IReadOnlyList<string> Queues = ["conversation", "build-context", "generate-reply", "deliver-reply"];
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private bool failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
            await Look(stoppingToken);
    }

    private async Task Look(CancellationToken stopping)
    {
        var refused = backlog.RetryAfter is not null;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            patience.CancelAfter(Patience);
            var ready = await depths.Ready(Queues, patience.Token);
            failed = false;
            backlog.Seen(ready, time.GetUtcNow());
            if (!refused && backlog.RetryAfter is not null)
                LogFull(ready);
            else if (refused && backlog.RetryAfter is null)
                LogOpen(ready);
        }
        catch (Exception failure)
        {
            backlog.Unknown();
            if (!failed && !stopping.IsCancellationRequested)
                LogUnknown(failure);
            failed = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Ready} messages wait for their answers: no more are taken in (MAX_BACKLOG)")]
    private partial void LogFull(long ready);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Ready} messages wait for their answers: more are taken in again")]
    private partial void LogOpen(long ready);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not say how many messages wait; asking it every second")]
    private partial void LogUnknown(Exception failure);
}

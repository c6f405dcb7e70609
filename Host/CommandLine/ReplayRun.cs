using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Replays;
using Bus.Messaging;
using MassTransit;

namespace Bus.Host.CommandLine;

/// <summary>Has a replay run by the processes that talk to models, and prints its turns as they come.</summary>
internal sealed class ReplayRun(IServiceProvider services, StartReplay start, ReplayOutput output)
{
    private const int SomeTurnFailed = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Beyond the time that a turn may take.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly EventStore log = services.GetRequiredService<EventStore>();
    private readonly TimeProvider time = services.GetRequiredService<TimeProvider>();

    /// <returns>The exit code: 0 when all turns were answered, 2 when some were not, 1 when the replay did not come to its end.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        try
        {
            await Begin(cancellation);
            var report = await Follow(cancellation);
            output.End(report);
            return report.Totals.Failed == 0 ? 0 : SomeTurnFailed;
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private async Task Begin(CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        try
        {
            var answer = await scope.ServiceProvider.GetRequiredService<IRequestClient<StartReplay>>()
                .GetResponse<ReplayStarted, ReplayRefused>(start, cancellation);
            if (answer.Is<ReplayRefused>(out var refused))
                throw new InvalidOperationException(refused.Message.Reason);
        }
        catch (Exception failure) when (failure is RequestTimeoutException or MessageReturnedException or RequestException { InnerException: MessageReturnedException })
        {
            throw new InvalidOperationException("No process answers: none with the role 'llm' is running (./bus up starts one).");
        }
    }

    private async Task<ReplayReport> Follow(CancellationToken cancellation)
    {
        var patience = services.GetRequiredService<IConfiguration>().TurnTimeout() + Margin;
        var (version, since) = (1L, time.GetTimestamp());
        using var timer = new PeriodicTimer(Interval, time);
        while (true)
        {
            // From the last event seen: when that is not there any more, the replay was erased.
            var seen = await log.Read(start.ReplayId, version, cancellation: cancellation);
            if (seen.Count == 0)
                throw Erased();
            if (seen.Count > 1)
            {
                (version, since) = (seen[^1].Version, time.GetTimestamp());
                var report = await ReplayReport.Read(log, start.SessionId, start.ReplayId, cancellation) ?? throw Erased();
                output.Turns(report);
                if (report.FinishedAt is not null)
                    return report;
            }

            if (time.GetElapsedTime(since) > patience)
                throw new InvalidOperationException("The replay does not go on: no process with the role 'llm' is running. It goes on when one does.");
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private static InvalidOperationException Erased() => new("The session was erased meanwhile, and the replay with it.");
}

using Bus.Events;
using Bus.Events.Servers;
using Bus.Llm.Metering.Limiting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>Looks after the ledger: what nobody would settle any more, what is to be said of limits, and what is over.</summary>
internal sealed class LedgerSweeper(NpgsqlDataSource database, LostAttempts lost, StrayAttempts strays, LimitAlerts alerts, TimeProvider time, ILogger<LedgerSweeper> log)
    : Sweeper(Interval, time, log)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan AlertsAreKept = TimeSpan.FromDays(62);
    private static readonly TimeSpan ForgetsEvery = TimeSpan.FromHours(1);

    private DateTimeOffset forgetAt = time.GetUtcNow() + ForgetsEvery;

    protected override async Task Sweep(CancellationToken cancellation)
    {
        await lost.Settle(cancellation);
        await strays.Withdraw(cancellation);
        await alerts.Tell(cancellation);
        if (Time.GetUtcNow() is var now && now >= forgetAt)
        {
            await Forget(now, cancellation);
            forgetAt = now + ForgetsEvery;
        }
    }

    /// <summary>Counters of windows that are over; who comes again has new ones.</summary>
    private async Task Forget(DateTimeOffset now, CancellationToken cancellation)
    {
        await database.Run(
            """
            delete from llm_counters where window_start < $1::timestamptz - case time_window when 'minute' then interval '1 hour' when 'day' then interval '3 days' else interval '62 days' end
            """,
            cancellation, now.UtcDateTime);
        await database.Run("delete from llm_alerts where is_told and window_start < $1", cancellation, (now - AlertsAreKept).UtcDateTime);
    }
}

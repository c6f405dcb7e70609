using Bus.Contracts;
using Bus.Events.Servers;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>
/// The ledger on PostgreSQL (docs/usage.md). It writes until everything else has stopped, so that what was settled last is written, too.
/// </summary>
internal sealed class Ledger(
    NpgsqlDataSource database, OpenAttempts open, ReservationWriter reservations, SettlementWriter settlements, LedgerPresence presence, Corrections corrections,
    ServerWait wait)
    : ILedger, IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource abandon = new();
    private Task? settling;
    private Task? keeping;

    public ValueTask<Admission> Reserve(UsageReserved reservation, ModelBudget budget, CancellationToken cancellation) =>
        settlements.Waiting < Limits.MostWaitingSettlements
            ? reservations.Reserve(reservation, budget, cancellation)
            : ValueTask.FromException<Admission>(new NpgsqlException($"{settlements.Waiting} settlements wait to be written; nothing further is put aside."));

    public void Settle(UsageReserved reservation, UsageSettled settlement) =>
        settlements.Settle(open.Find(reservation.AttemptId) ?? new OpenAttempt(reservation, LedgerJson.Of(reservation)), settlement);

    public void Progress(Guid attemptId, TokenCounts soFar)
    {
        if (open.Find(attemptId) is { } attempt)
            attempt.SoFar = soFar;
    }

    public void ProviderCall(Guid attemptId, string id)
    {
        if (open.Find(attemptId) is { } attempt)
            attempt.ProviderCallId = id;
    }

    public Task<int> Correct(IReadOnlyList<UsageCorrected> corrected, CancellationToken cancellation) => corrections.Correct(corrected, cancellation);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await wait.Until(Postgres.Of(database), presence.Begin, cancellationToken);
        reservations.Open();
        settling = Task.Run(() => settlements.Run(abandon.Token), CancellationToken.None);
        keeping = Task.Run(() => presence.Keep(stopping.Token), CancellationToken.None);
    }

    /// <summary>Everything else has stopped. What is settled is written; while PostgreSQL is away, as long as there is time.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await reservations.Close();
        settlements.Complete();
        await using (cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), abandon))
        {
            if (settling is not null)
                await settling;
        }

        await stopping.CancelAsync();
        if (keeping is not null)
            await keeping;
        await presence.End();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        stopping.Dispose();
        abandon.Dispose();
        return ValueTask.CompletedTask;
    }
}

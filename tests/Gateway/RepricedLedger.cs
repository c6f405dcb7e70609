using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Llm;
using Bus.Llm.Metering;
using Bus.Memory.Repricings;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Tests.Projections;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>A ledger with attempts at a price that was wrong.</summary>
public abstract class RepricedLedger : IAsyncLifetime
{
    private protected static readonly Actor Anna = new("user:anna", "anna", "");

    /// <summary>Half of what was recorded.</summary>
    private protected static readonly PriceRequest Price = new(null, 1m, 5m, 0.5m, null, null);

    private protected readonly List<AuditEntry> recorded = [];
    private protected Projecting projecting = null!;
    private protected LedgerProcess gateway = null!;

    public async ValueTask InitializeAsync()
    {
        projecting = await Projecting.Start();
        await projecting.Log.Upgrade(SchemaScripts.Of(typeof(LlmModule).Assembly));
        gateway = await LedgerProcess.Start(projecting.Log);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await projecting.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static RepricingRequest Request() => new(null, Spent.Catalog, "2026-03-01", "2026-03-01", Price);

    /// <summary>Attempts of the model on the day.</summary>
    private protected async Task<List<UsageReserved>> Spend(int count, string owner, DateTimeOffset? start = null)
    {
        var attempts = Enumerable.Range(0, count).Select(number => Spent.Reserved((start ?? Spent.Start).AddSeconds(number), owner)).ToList();
        await Task.WhenAll(attempts.Select(attempt => gateway.Reserve(attempt)));
        foreach (var attempt in attempts)
            gateway.Ledger.Settle(attempt, attempt.Settled());
        await gateway.Written();
        return attempts;
    }

    private protected async Task Spend(UsageReserved attempt, UsageSettled? settled = null)
    {
        await gateway.Reserve(attempt);
        gateway.Ledger.Settle(attempt, settled ?? attempt.Settled());
        await gateway.Written();
    }

    private protected Task<IReadOnlyList<string>> Costs(IEnumerable<UsageReserved> attempts) => projecting.Log.Rows<string>($"""
        select concat_ws(' ', trim_scale(cost), price ->> 'input', corrections, input_tokens, basis, count(*)) from llm_calls
        where attempt_id in ('{string.Join("', '", attempts.Select(attempt => attempt.AttemptId))}') group by trim_scale(cost), price ->> 'input', corrections, input_tokens, basis
        """);

    private protected Repricer Repricer() => new(
        projecting.Log.Database, Corrections(), new ProjectionReads(projecting.Log.Database, TimeProvider.System), new Audit(recorded), new BaseCurrency("USD"), TimeProvider.System);

    private protected Corrections Corrections() => gateway.Get<Corrections>();

    private sealed class Audit(List<AuditEntry> recorded) : IAudit
    {
        public Task Record(AuditEntry entry, CancellationToken cancellation) => throw new InvalidOperationException("It must be kept with what is done.");

        public Task Record(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellation)
        {
            lock (recorded)
                recorded.Add(entry);
            return Task.CompletedTask;
        }
    }
}

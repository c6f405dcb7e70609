using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>A ledger with limits, at noon of a day.</summary>
public abstract class LimitedLedger : IAsyncLifetime
{
    private protected static readonly Actor Admin = new("user:admin", "admin", "");
    private protected static readonly DateTimeOffset Noon = new(2026, 10, 15, 12, 0, 0, TimeSpan.Zero);

    private protected readonly SetClock time = new() { Now = Noon };
    private protected TestLog log = null!;
    private protected LedgerProcess process = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log, time);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await log.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static IEnumerable<CounterKind> Everything() =>
        from subject in (string[])["user", "chat", "key", "model", "provider_key", "all"]
        from unit in LimitUnits.All
        from window in LimitWindows.All
        select new CounterKind(subject, unit, window);

    private protected async Task<Admission> Reserve() => await process.Reserve(Calls.Call(time.Now));

    private protected Task<Limit> Limit(string subject, string? id, string unit, string window, decimal amount, string action = "block", string? fallback = null) =>
        process.Get<LimitStore>().Create(new Limit(Some.Id(), subject, id, unit, window, amount, 80, action, fallback, time.Now, time.Now), Admin, CancellationToken.None);
}

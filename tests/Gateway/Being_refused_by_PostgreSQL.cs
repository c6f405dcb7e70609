using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>PostgreSQL is there and does not take what a call took: nothing else waits for that, and it is written when it may be.</summary>
public sealed class Being_refused_by_PostgreSQL : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private TestLog log = null!;
    private LedgerProcess process = null!;
    private UsageReserved refused = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log, time);
        refused = Calls.Call(time.GetUtcNow());
        await log.Run(
            $"""
            create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end';
            create trigger refusing before insert on mt_events for each row when (new.type = 'usage_settled' and new.data ->> 'AttemptId' = '{refused.AttemptId}') execute function refuse()
            """);
        await process.Reserve(refused);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_written_when_it_may_be()
    {
        await SettleWithAnother();
        await log.Run("drop trigger refusing on mt_events");
        await time.TimerOf(SettlementWriter.AfterRefusal);
        time.Advance(SettlementWriter.AfterRefusal);
        await Gathered();
        await process.Written();

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(refused.AttemptId));
        Assert.Equal(refused.Took(), await log.Last<UsageSettled>(refused.AttemptId));
    }

    [Fact]
    public async Task Should_be_written_at_the_end_of_the_process()
    {
        await SettleWithAnother();
        await log.Run("drop trigger refusing on mt_events");
        await process.Stop();

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(refused.AttemptId));
    }

    [Fact]
    public async Task Should_be_told_when_the_process_ends_before()
    {
        await SettleWithAnother();
        await process.Stop();

        Assert.Equal(["usage_reserved"], await log.EventsOf(refused.AttemptId));
        Assert.Contains(process.Log.Lines, line => line.StartsWith("Error: 1 settlements of calls to models could not be written", StringComparison.Ordinal));
    }

    /// <summary>The other one comes together with it, and is written.</summary>
    private async Task SettleWithAnother()
    {
        var other = Calls.Call(time.GetUtcNow());
        await process.Reserve(other);
        process.Ledger.Settle(refused, refused.Took());
        process.Ledger.Settle(other, other.Took());
        await Gathered();
        await process.Log.Has("refuses the settlement");
        await Eventually.Get(() => Task.FromResult(process.Get<SettlementWriter>().Waiting), waiting => waiting == 1);

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(other.AttemptId));
        Assert.Equal(["usage_reserved"], await log.EventsOf(refused.AttemptId));
    }

    private async Task Gathered()
    {
        await time.TimerOf(SettlementWriter.Gathering);
        time.Advance(SettlementWriter.Gathering);
    }
}

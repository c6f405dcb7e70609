using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Metering;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Losing_a_process : IAsyncLifetime
{
    private TestLog log = null!;
    private LedgerProcess first = null!;
    private LedgerProcess second = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        first = await LedgerProcess.Start(log);
        second = await LedgerProcess.Start(log);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_leave_nothing_open()
    {
        var (silent, told, over) = (Calls.Call(), Calls.Call(), Calls.Call());
        foreach (var call in (UsageReserved[])[silent, told, over])
            await first.Reserve(call);
        first.Ledger.Settle(over, over.Took());
        await first.Written();
        first.Ledger.Progress(told.AttemptId, new TokenCounts(61, 17, 5, 2));
        first.Ledger.ProviderCall(told.AttemptId, "chatcmpl-7");
        await Eventually.Get(() => log.One<long>("select count(*) from llm_open where output = 17 and provider_call_id = 'chatcmpl-7'"), count => count == 1);

        await second.Sweep();
        Assert.Equal(2, await log.One<long>("select count(*) from llm_open")); // it lives
        await Gone(first);
        await second.Sweep();

        Assert.Equal(0, await log.One<long>("select count(*) from llm_open"));
        var lost = await log.Last<UsageSettled>(silent.AttemptId);
        Assert.Equal((AttemptOutcomes.Lost, UsageBases.Aborted, new TokenCounts(60, 0, 0, 0)), (lost.Outcome, lost.Basis, lost.Tokens));
        lost = await log.Last<UsageSettled>(told.AttemptId);
        Assert.Equal((AttemptOutcomes.Lost, new TokenCounts(61, 17, 5, 2), "chatcmpl-7"), (lost.Outcome, lost.Tokens, lost.ProviderCallId));
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(over.AttemptId));
        Assert.Contains(second.Log.Lines, line => line.StartsWith("Warning: Settled 2 calls to models as lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_not_be_feared_while_somebody_settles_what_it_tells_of()
    {
        var (settling, running) = (Calls.Call(), Calls.Call());
        await first.Reserve(settling);
        await first.Reserve(running);
        await using var connection = await log.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await connection.Run($"delete from llm_open where attempt_id = '{settling.AttemptId}'", TestContext.Current.CancellationToken);
            first.Ledger.Progress(settling.AttemptId, new TokenCounts(1, 2, 0, 0));
            first.Ledger.Progress(running.AttemptId, new TokenCounts(3, 4, 0, 0));
            await Eventually.Get(() => log.One<long>("select count(*) from llm_open where output = 4"), count => count == 1);
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(first.Log.Lines, line => line.Contains("has lost its connection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_be_noticed_by_the_sweeper()
    {
        var call = Calls.Call();
        await first.Reserve(call);
        await Gone(first);
        using var sweeper = new LedgerSweeper(
            log.Database, second.Get<LostAttempts>(), second.Get<StrayAttempts>(), second.Get<Bus.Llm.Metering.Limiting.LimitAlerts>(), TimeProvider.System, new Llm.FakeLog<LedgerSweeper>());
        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.Get(() => log.EventsOf(call.AttemptId), events => events.Count == 2);
        await sweeper.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Should_not_be_believed_the_moment_that_its_lock_is_free()
    {
        await first.Reserve(Calls.Call());
        await Gone(first);
        await second.Get<LostAttempts>().Settle(TestContext.Current.CancellationToken);
        Assert.Equal(1, await log.One<long>("select count(*) from llm_open"));
    }

    [Fact]
    public async Task Should_be_settled_once_by_two_others_at_once()
    {
        for (var number = 0; number < 300; number++)
            await first.Reserve(Calls.Call());
        await using var third = await LedgerProcess.Start(log);
        await Gone(first);

        await Task.WhenAll(second.Sweep(), third.Sweep(), second.Sweep());
        await Task.WhenAll(second.Sweep(), third.Sweep());

        Assert.Equal(0, await log.One<long>("select count(*) from llm_open"));
        Assert.Equal(300, await log.One<long>("select count(*) from mt_events where type = 'usage_settled'"));
        Assert.Equal(600, await log.One<long>("select version from mt_streams"));
    }

    /// <summary>It was only cut off.</summary>
    [Fact]
    public async Task Should_be_corrected_when_it_comes_back()
    {
        await Limit("user", "tokens", "month");
        var (call, running) = (Calls.Call(), Calls.Call());
        await first.Reserve(call);
        await first.Reserve(running);
        Assert.Equal(200, await log.One<long>("select used from llm_counters"));
        await Gone(first);
        await second.Sweep();
        Assert.Equal(120, await log.One<long>("select used from llm_counters"));
        first.Ledger.Settle(call, call.Took());
        first.Ledger.Settle(call, call.Took(output: 999));
        first.Mend();

        await first.Written();
        await Eventually.Get(() => Task.FromResult(first.Log.Lines.Any(line => line.Contains("has its connection again", StringComparison.Ordinal))), isBack => isBack);

        Assert.Equal(["usage_reserved", "usage_settled", "usage_corrected"], await log.EventsOf(call.AttemptId));
        var corrected = await log.Last<UsageCorrected>(call.AttemptId);
        Assert.Equal((CorrectionReasons.CameBack, new TokenCounts(50, 20, 0, 0), 0.25m), (corrected.Reason, corrected.Tokens, corrected.Cost));
        Assert.Equal(130, await log.One<long>("select used from llm_counters"));

        first.Ledger.Settle(running, running.Took());
        first.Ledger.Settle(call, call.Took(output: 998));
        await first.Written();
        Assert.Equal(3, (await log.EventsOf(running.AttemptId)).Count);
        Assert.Equal(3, (await log.EventsOf(call.AttemptId)).Count);
        Assert.Equal(140, await log.One<long>("select used from llm_counters"));
    }

    /// <summary>Until PostgreSQL has noticed.</summary>
    private async Task Gone(LedgerProcess process)
    {
        await process.Cut();
        await Eventually.Get(
            () => log.One<bool>($"select pg_try_advisory_xact_lock({LedgerPresence.Lock.Replace("$1", $"'{process.Get<LedgerRun>().Id}'", StringComparison.Ordinal)})"), isFree => isFree);
    }

    private async Task Limit(string subject, string unit, string window)
    {
        await log.Run($"insert into llm_limits values (gen_random_uuid(), '{subject}', null, '{unit}', '{window}', 1000000, 80, 'block', null, now(), now())");
        await log.Run($"select bus_count(array['{subject}'], array['{unit}'], array['{window}'], now())");
    }
}

using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Losing_PostgreSQL : IAsyncLifetime
{
    private TestLog log = null!;
    private LedgerProcess process = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_not_be_noticed_when_it_is_back()
    {
        var (running, next) = (Calls.Call(), Calls.Call());
        await process.Reserve(running);

        process.Interrupt();
        Assert.True((await process.Reserve(next)).IsAdmitted);
        process.Interrupt();
        process.Ledger.Settle(running, running.Took());
        process.Ledger.Settle(next, next.Took());
        await process.Written();

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(running.AttemptId));
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(next.AttemptId));
    }

    [Fact]
    public async Task Should_put_nothing_aside_and_keep_what_is_settled()
    {
        await log.LimitAll("tokens", 1_000_000); // so that each waits for it
        var (running, refused) = (Calls.Call(), Calls.Call());
        await process.Reserve(running);
        await process.Cut();

        process.Ledger.Settle(running, running.Took());
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => process.Reserve(refused));
        await process.Log.Has("settlements of calls to models wait to be written");
        process.Mend();
        await process.Written();

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(running.AttemptId));
        Assert.Empty(await log.EventsOf(refused.AttemptId)); // it was withdrawn, and had never been written
    }

    /// <summary>A crash may take the last half second with it, since reservations do not wait for the disk.</summary>
    [Fact]
    public async Task Should_lose_no_reservation_that_this_process_still_knows()
    {
        await log.LimitAll("tokens", 1_000_000);
        var (kept, ended, running) = (Calls.Call(), Calls.Call(), Calls.Call());
        await process.Reserve(kept);
        await process.Reserve(ended);
        await process.Reserve(running);
        await Forget(ended);
        await Forget(running);
        await log.Run("update llm_counters set used = 100");

        process.Ledger.Settle(ended, ended.Took());
        await process.Written();
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(ended.AttemptId));
        Assert.Equal(["usage_reserved"], await log.EventsOf(kept.AttemptId));
        Assert.Equal(170, await log.One<long>("select used from llm_counters"));

        process.Interrupt(); // which is how the process knows that there was a crash
        await Eventually.Get(() => log.EventsOf(running.AttemptId), events => events.Count == 1);
        Assert.Equal(270, await log.One<long>("select used from llm_counters"));
        process.Ledger.Settle(running, running.Took());
        process.Ledger.Settle(kept, kept.Took());
        await process.Written();
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(running.AttemptId));
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(kept.AttemptId));
        Assert.Equal(210, await log.One<long>("select used from llm_counters"));
        Assert.Equal(6, await log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_not_be_feared_at_the_end_of_the_process()
    {
        var calls = Enumerable.Range(0, 300).Select(_ => Calls.Call()).ToList();
        await Task.WhenAll(calls.Select(call => process.Reserve(call)));
        foreach (var call in calls)
            process.Ledger.Settle(call, call.Took());
        await process.Stop();

        Assert.Equal(300, await log.One<long>("select count(*) from mt_events where type = 'usage_settled'"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => process.Reserve(Calls.Call()));
        process.Ledger.Settle(calls[0], calls[0].Took());
        Assert.Contains(process.Log.Lines, line => line.Contains("came when the process ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_be_told_when_the_process_ends_without_it()
    {
        var call = Calls.Call();
        await process.Reserve(call);
        await process.Cut();
        process.Ledger.Settle(call, call.Took());
        await process.Stop();
        Assert.Contains(process.Log.Lines, line => line.StartsWith("Error: 1 settlements of calls to models could not be written", StringComparison.Ordinal));

        await using var other = await LedgerProcess.Start(log);
        await Eventually.Get(
            async () =>
            {
                await other.Sweep();
                return await log.EventsOf(call.AttemptId);
            },
            events => events.Count == 2);
        Assert.Equal(AttemptOutcomes.Lost, (await log.Last<UsageSettled>(call.AttemptId)).Outcome);
    }

    /// <summary>As a crash does that loses a commit.</summary>
    private async Task Forget(UsageReserved call)
    {
        await log.Run($"delete from llm_open where attempt_id = '{call.AttemptId}'");
        await log.Run($"delete from mt_events where data ->> 'AttemptId' = '{call.AttemptId}'");
    }
}

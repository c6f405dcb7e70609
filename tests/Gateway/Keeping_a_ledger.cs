using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Keeping_a_ledger : IAsyncLifetime
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
    public async Task Should_put_aside_before_and_settle_after()
    {
        var call = Calls.Call();
        Assert.True((await process.Reserve(call)).IsAdmitted);
        Assert.Equal(["usage_reserved"], await log.EventsOf(call.AttemptId));
        Assert.Equal(call, await log.Last<UsageReserved>(call.AttemptId));

        process.Ledger.Settle(call, call.Took());
        await process.Written();

        var stream = await log.One<Guid>("select distinct stream_id from mt_events");
        var events = await log.Events.Read(stream, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([call, call.Took()], events.Select(e => e.Data));
        Assert.Equal([LedgerIds.Reserved(call.AttemptId), LedgerIds.Settled(call.AttemptId)], events.Select(e => e.Id));
        Assert.Equal(("ledger", 2L), (await log.One<string>("select type from mt_streams"), await log.One<long>("select version from mt_streams")));
        Assert.Equal(0, await log.One<long>("select count(*) from llm_open"));
    }

    [Fact]
    public async Task Should_settle_once()
    {
        var call = Calls.Call();
        await process.Reserve(call);
        process.Ledger.Settle(call, call.Took());
        process.Ledger.Settle(call, call.Took(output: 999));
        await process.Written();
        process.Ledger.Settle(call, call.Took(output: 998));
        await process.Written();
        await using (var other = await LedgerProcess.Start(log))
            other.Ledger.Settle(call, call.Took(output: 997));

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
        Assert.Equal(20, (await log.Last<UsageSettled>(call.AttemptId)).Tokens.Output);
    }

    [Fact]
    public async Task Should_have_all_of_many_at_once()
    {
        var calls = Enumerable.Range(0, 500).Select(_ => Calls.Call()).ToList();
        await Task.WhenAll(calls.Select(async call =>
        {
            Assert.True((await process.Reserve(call)).IsAdmitted);
            process.Ledger.Settle(call, call.Took());
        }));
        await process.Written();

        Assert.Equal(500, await log.One<long>("select count(*) from (select from mt_events group by data ->> 'AttemptId' having array_agg(type order by version) = '{usage_reserved,usage_settled}') as a"));
        Assert.Equal(1000, await log.One<long>("select max(version) from mt_events"));
        Assert.Equal(1000, await log.One<long>("select version from mt_streams"));
    }

    [Fact]
    public async Task Should_begin_another_stream_when_one_is_long()
    {
        await process.Reserve(Calls.Call());
        await log.Run($"update mt_streams set version = {LedgerRun.LongestStream - 1}");
        await process.Reserve(Calls.Call());
        var call = Calls.Call();
        await process.Reserve(call);

        Assert.Equal([1L, LedgerRun.LongestStream], await log.Rows<long>("select version from mt_streams order by 1"));
        Assert.Equal(1, await log.One<long>($"select version from mt_events where data ->> 'AttemptId' = '{call.AttemptId}'"));
    }

    [Fact]
    public async Task Should_settle_as_cancelled_what_nobody_waits_for()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Calls.Call();
        await using var blocker = await log.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var begin = blocker.CreateCommand())
        {
            begin.CommandText = "begin; lock table mt_streams in exclusive mode";
            await begin.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var reserving = process.Ledger.Reserve(call, ModelBudget.Unlimited, cancellation.Token).AsTask();
        await log.SomebodyWaits();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reserving);
        await using (var end = blocker.CreateCommand())
        {
            end.CommandText = "commit";
            await end.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.Get(() => log.EventsOf(call.AttemptId), events => events.Count == 2);
        var settled = await log.Last<UsageSettled>(call.AttemptId);
        Assert.Equal((AttemptOutcomes.Cancelled, new TokenCounts(0, 0, 0, 0), 0m), (settled.Outcome, settled.Tokens, settled.Cost));
    }

    [Fact]
    public async Task Should_keep_words_that_PostgreSQL_does_not_take()
    {
        var call = Calls.Call() with { Asked = "a\0b\\u0000c" };
        await process.Reserve(call);
        process.Ledger.Settle(call, call.Took() with { ProviderCallId = "\0" });
        await process.Written();
        Assert.Equal("�", (await log.Last<UsageSettled>(call.AttemptId)).ProviderCallId);
    }

    [Fact]
    public async Task Should_not_let_one_that_cannot_be_written_hold_up_the_others()
    {
        await log.LimitAll("requests", 1000); // so that each waits for it
        var twice = Calls.Call();
        await process.Reserve(twice);
        var calls = Enumerable.Range(0, 20).Select(number => number == 7 ? twice : Calls.Call()).ToList();
        var answers = await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return (await process.Reserve(call)).IsAdmitted;
            }
            catch (Npgsql.PostgresException)
            {
                return false;
            }
        }));
        Assert.Equal(Enumerable.Range(0, 20).Select(number => number != 7), answers);
        Assert.Equal(20, await log.One<long>("select count(*) from llm_open"));
    }

    [Fact]
    public async Task Should_be_corrected_once_by_each_correction()
    {
        var (call, open) = (Calls.Call(), Calls.Call());
        await process.Reserve(call);
        await process.Reserve(open);
        process.Ledger.Settle(call, call.Took());
        await process.Written();
        UsageCorrected Correction(Guid id, Guid attempt, int output) =>
            new(id, attempt, CorrectionReasons.Provider, UsageBases.Measured, new TokenCounts(50, output, 0, 0), 1m, null, "cli", call.ReservedAt);
        var first = Correction(Some.Id(), call.AttemptId, 30);

        Assert.Equal(1, await process.Ledger.Correct([first, first], TestContext.Current.CancellationToken));
        Assert.Equal(0, await process.Ledger.Correct([first], TestContext.Current.CancellationToken));
        Assert.Equal(0, await process.Ledger.Correct([Correction(Some.Id(), open.AttemptId, 1), Correction(Some.Id(), Some.Id(), 1)], TestContext.Current.CancellationToken));
        Assert.Equal(2, await process.Ledger.Correct([Correction(Some.Id(), call.AttemptId, 40), Correction(Some.Id(), call.AttemptId, 41)], TestContext.Current.CancellationToken));

        Assert.Equal(["usage_reserved", "usage_settled", "usage_corrected", "usage_corrected", "usage_corrected"], await log.EventsOf(call.AttemptId));
        Assert.Equal(41, (await log.Last<UsageCorrected>(call.AttemptId)).Tokens.Output);
    }
}

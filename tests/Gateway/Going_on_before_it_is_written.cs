using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Whom no limit can refuse goes on when what is put aside was sent; it is written, whatever happens to the process, and once.</summary>
public sealed class Going_on_before_it_is_written : IAsyncLifetime
{
    private readonly StandingTime time = new();
    private TestLog log = null!;
    private LedgerProcess process = null!;
    private NpgsqlConnection blocker = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log, time);
        blocker = await log.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.True((await process.Reserve(Call())).IsAdmitted);
    }

    public async ValueTask DisposeAsync()
    {
        await blocker.DisposeAsync();
        await process.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_settled_after_it_is_written()
    {
        var call = Call();
        await Block();
        Assert.True((await process.Ledger.Reserve(call, ModelBudget.Unlimited, CancellationToken.None)).IsAdmitted);
        process.Ledger.Settle(call, call.Took());
        process.Ledger.Progress(call.AttemptId, new TokenCounts(1, 2, 0, 0));
        await Unblock();
        await process.Written();

        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
        Assert.Equal(1, await log.One<long>("select count(*) from llm_open"));
    }

    [Fact]
    public async Task Should_be_written_when_the_process_is_gone()
    {
        var call = Call();
        await Block();
        await process.Ledger.Reserve(call, ModelBudget.Unlimited, CancellationToken.None);
        await log.SomebodyWaits();
        await process.Cut();
        await Unblock();
        Assert.Equal(["usage_reserved"], await Eventually.Get(() => log.EventsOf(call.AttemptId), events => events.Count > 0));

        await using var other = await LedgerProcess.Start(log);
        await Eventually.Get(
            async () =>
            {
                await other.Sweep();
                return await log.One<long>("select count(*) from llm_open");
            },
            open => open == 0);
        Assert.Equal(AttemptOutcomes.Lost, (await log.Last<UsageSettled>(call.AttemptId)).Outcome);
    }

    [Fact]
    public async Task Should_be_written_again_when_it_was_not()
    {
        var call = Call();
        await Block();
        Assert.True((await process.Ledger.Reserve(call, ModelBudget.Unlimited, CancellationToken.None)).IsAdmitted);
        await log.SomebodyWaits();
        await log.Run("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
        await Unblock();

        Assert.Equal(["usage_reserved"], await Eventually.Get(() => log.EventsOf(call.AttemptId), events => events.Count > 0));
        process.Ledger.Settle(call, call.Took());
        await process.Written();
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_wait_where_a_limit_may_refuse_it_or_nobody_has_said_for_a_while_that_none_does(bool isLimited)
    {
        if (isLimited)
        {
            await log.LimitAll("requests", 100);
            await process.Reserve(Call()); // which learns of it
        }
        else
        {
            time.Elapsed += LimitBook.Believed;
        }

        await Block();
        var reserving = process.Ledger.Reserve(Call(), ModelBudget.Unlimited, CancellationToken.None).AsTask();
        await log.SomebodyWaits();
        Assert.False(reserving.IsCompleted);
        await Unblock();
        Assert.True((await reserving).IsAdmitted);
    }

    /// <summary>Whoever makes a limit hears of it when it holds for all; who was asking at that moment is counted.</summary>
    [Fact]
    public async Task Should_count_with_a_limit_that_came_between()
    {
        var call = Call();
        await log.LimitAll("requests", 1, time.GetUtcNow());
        Assert.True((await process.Ledger.Reserve(call, ModelBudget.Unlimited, CancellationToken.None)).IsAdmitted);
        Assert.Equal(2, await Eventually.Get(() => log.One<long>("select used from llm_counters"), used => used == 2));
        Assert.False((await process.Reserve(Call())).IsAdmitted);
        Assert.Equal(["usage_reserved"], await log.EventsOf(call.AttemptId));
    }

    private UsageReserved Call() => Calls.Call(time.GetUtcNow());

    private Task Block() => Run("begin; lock table mt_streams in exclusive mode");

    private Task Unblock() => Run("commit");

    private async Task Run(string statement)
    {
        await using var command = blocker.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Only what is read off it moves when it is told to; timers are as always.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}

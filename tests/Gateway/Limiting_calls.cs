using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Messaging.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Limiting_calls : LimitedLedger
{
    [Theory]
    [InlineData("minute")]
    [InlineData("day")]
    [InlineData("month")]
    public async Task Should_refuse_whoever_is_at_the_limit(string window)
    {
        foreach (var kind in Everything().Where(kind => kind.Window == window))
        {
            var limit = await AtTheLimit(kind.Subject, kind.Unit, window);
            await process.Get<LimitStore>().Delete(limit.Id, Admin, TestContext.Current.CancellationToken);
            time.Now = new DateTimeOffset(time.Now.Year, time.Now.Month, 15, 12, 0, 0, TimeSpan.Zero).AddMonths(1);
        }
    }

    /// <summary>Three calls fit: the third begins below the limit. Each is 1 request, 100 tokens, half a coin.</summary>
    private async Task<Limit> AtTheLimit(string subject, string unit, string window)
    {
        var written = await log.One<long>("select count(*) from mt_events");
        var limit = await Limit(subject, null, unit, window, unit switch { "requests" => 3, "tokens" => 201, _ => 1.1m });
        for (var number = 0; number < 3; number++)
            Assert.True((await Reserve()).IsAdmitted);

        var refusal = (await Reserve()).Refusal;
        Assert.Equal((limit.Id, subject, unit, window, "block"), (refusal!.LimitId, refusal.Subject, refusal.Unit, refusal.Window, refusal.Action));
        Assert.Equal(written + 3, await log.One<long>("select count(*) from mt_events"));
        Assert.Equal(written + 3, await log.One<long>("select count(*) from llm_open"));

        // Somebody else has their own; all together have not.
        var other = Calls.Call(time.Now, owner: "local") with { Place = null, Via = "", CatalogId = Some.Id(), ProviderKeyId = null };
        Assert.Equal(subject != "all", (await process.Reserve(other)).IsAdmitted);

        time.Now += refusal.RetryAfter - TimeSpan.FromSeconds(1);
        Assert.False((await Reserve()).IsAdmitted);
        time.Now += TimeSpan.FromSeconds(1);
        Assert.True((await Reserve()).IsAdmitted);
        return limit;
    }

    [Fact]
    public async Task Should_count_what_calls_took_instead_of_what_was_put_aside()
    {
        await Limit("user", null, "tokens", "day", 150);
        await Limit("user", null, "money", "month", 100);
        var call = Calls.Call(time.Now);
        await process.Reserve(call);
        await Reserve();
        Assert.False((await Reserve()).IsAdmitted);

        process.Ledger.Settle(call, call.Took(input: 20, output: 5, cost: 0.000000002m));
        await process.Written();
        Assert.Equal(["user user:0199aa00-0000-7000-8000-00000000000a money month 2026-10-01 00:00:00 500000002 0", "user user:0199aa00-0000-7000-8000-00000000000a tokens day 2026-10-15 00:00:00 125 0"], await log.Counters());
        Assert.True((await Reserve()).IsAdmitted);
    }

    [Fact]
    public async Task Should_let_the_last_minute_slide()
    {
        await Limit("all", null, "requests", "minute", 4);
        time.Now = Noon.AddSeconds(30);
        for (var number = 0; number < 4; number++)
            Assert.True((await Reserve()).IsAdmitted);
        Assert.Equal(TimeSpan.FromSeconds(45), Rounded((await Reserve()).Refusal!.RetryAfter)); // then it is three of them

        time.Now = Noon.AddSeconds(60);
        Assert.False((await Reserve()).IsAdmitted); // all four are within the last minute
        time.Now = Noon.AddSeconds(75.1); // a quarter of the minute before has gone, and one of the four with it
        Assert.True((await Reserve()).IsAdmitted);
        var refusal = (await Reserve()).Refusal!;
        Assert.Equal(TimeSpan.FromSeconds(15), Rounded(refusal.RetryAfter)); // until half of it has
        time.Now += refusal.RetryAfter;
        Assert.True((await Reserve()).IsAdmitted);
        Assert.False((await Reserve()).IsAdmitted);

        time.Now = Noon.AddMinutes(10);
        for (var number = 0; number < 4; number++)
            Assert.True((await Reserve()).IsAdmitted);
        Assert.False((await Reserve()).IsAdmitted);
    }

    [Theory]
    [InlineData("day", "2026-10-16T00:00:00Z")]
    [InlineData("month", "2026-11-01T00:00:00Z")]
    public async Task Should_begin_anew_with_the_day_and_the_month(string window, string begins)
    {
        await Limit("user", null, "requests", window, 1);
        await Reserve();
        Assert.Equal(DateTimeOffset.Parse(begins, System.Globalization.CultureInfo.InvariantCulture), time.Now + (await Reserve()).Refusal!.RetryAfter);
        time.Now = DateTimeOffset.Parse(begins, System.Globalization.CultureInfo.InvariantCulture).AddTicks(-10);
        Assert.False((await Reserve()).IsAdmitted);
        time.Now = time.Now.AddTicks(10);
        Assert.True((await Reserve()).IsAdmitted);
    }

    [Fact]
    public async Task Should_settle_a_call_of_yesterday_in_yesterday()
    {
        await Limit("user", null, "tokens", "day", 1000);
        await Limit("user", null, "tokens", "minute", 1000);
        time.Now = Noon.Date.AddDays(1).AddSeconds(-1);
        var call = Calls.Call(time.Now);
        await process.Reserve(call);
        time.Now = time.Now.AddSeconds(2);
        await Reserve();
        process.Ledger.Settle(call, call.Took(input: 10, output: 0));
        await process.Written();
        Assert.Equal(["user user:0199aa00-0000-7000-8000-00000000000a tokens day 2026-10-16 00:00:00 100 0", "user user:0199aa00-0000-7000-8000-00000000000a tokens minute 2026-10-16 00:00:00 100 10"], await log.Counters());
    }

    [Fact]
    public async Task Should_ask_for_a_cheaper_model_or_to_wait_where_that_is_set()
    {
        await Limit("user", null, "requests", "day", 0, "cheaper", "small");
        var refusal = (await Reserve()).Refusal!;
        Assert.Equal(("cheaper", "small"), (refusal.Action, refusal.Fallback));
        await Limit("user", Calls.Anna, "requests", "day", 0, "queue");
        Assert.Equal(("queue", null), ((await Reserve()).Refusal!.Action, (await Reserve()).Refusal!.Fallback));
    }

    [Fact]
    public async Task Should_let_the_limit_of_one_go_before_that_of_each()
    {
        await Limit("user", null, "requests", "day", 1);
        await Limit("user", Calls.Anna, "requests", "day", 3);
        Assert.Equal((3, 1), (await Admitted(Calls.Anna), await Admitted("local")));

        async Task<int> Admitted(string owner)
        {
            var count = 0;
            for (var number = 0; number < 5; number++)
                count += (await process.Reserve(Calls.Call(time.Now, owner: owner))).IsAdmitted ? 1 : 0;
            return count;
        }
    }

    [Fact]
    public async Task Should_keep_to_what_models_and_keys_are_good_for()
    {
        foreach (var (budget, subject, unit) in (IEnumerable<(ModelBudget, string, string)>)[
            (new(2, null, null, null), "model", "requests"), (new(null, 150, null, null), "model", "tokens"),
            (new(null, null, 2, null), "provider_key", "requests"), (new(9, 9999, null, 150), "provider_key", "tokens")])
        {
            var (model, key) = (Some.Id(), Some.Id());
            UsageReserved Call() => Calls.Call(time.Now) with { CatalogId = model, ProviderKeyId = key };
            Assert.True((await process.Reserve(Call(), budget)).IsAdmitted);
            Assert.True((await process.Reserve(Call(), budget)).IsAdmitted);
            var refusal = (await process.Reserve(Call(), budget)).Refusal!;
            Assert.Equal((null, subject, unit, "minute", "block"), (refusal.LimitId, refusal.Subject, refusal.Unit, refusal.Window, refusal.Action));
            Assert.InRange(refusal.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        }

        var builtIn = Calls.Call(time.Now) with { CatalogId = null, ProviderKeyId = null };
        Assert.True((await process.Reserve(builtIn, new(0, 0, 0, 0))).IsAdmitted); // it is no entry of the catalog
    }

    [Fact]
    public async Task Should_take_the_tighter_of_a_limit_and_what_a_model_is_good_for()
    {
        var limit = await Limit("model", null, "requests", "minute", 2);
        await process.Reserve(Calls.Call(time.Now), new(1, null, null, null));
        Assert.Null((await process.Reserve(Calls.Call(time.Now), new(1, null, null, null))).Refusal!.LimitId);
        await process.Reserve(Calls.Call(time.Now), new(5, null, null, null));
        Assert.Equal(limit.Id, (await process.Reserve(Calls.Call(time.Now), new(5, null, null, null))).Refusal!.LimitId);
    }

    /// <summary>What was used since midnight counts for a limit that is made at noon.</summary>
    [Fact]
    public async Task Should_know_what_was_used_before_the_limit_was_made()
    {
        time.Now = Noon.AddDays(-20);
        await Reserve();
        time.Now = Noon.AddHours(-3);
        var (settled, corrected) = (Calls.Call(time.Now), Calls.Call(time.Now));
        await process.Reserve(settled);
        await process.Reserve(corrected);
        await Reserve();
        process.Ledger.Settle(settled, settled.Took(input: 7, output: 3));
        process.Ledger.Settle(corrected, corrected.Took());
        await process.Written();
        await process.Ledger.Correct(
            [new(Some.Id(), corrected.AttemptId, "provider", "measured", new TokenCounts(1, 1, 0, 0), null, null, "cli", time.Now)], TestContext.Current.CancellationToken);
        time.Now = Noon;
        await Reserve();

        await Limit("key", null, "tokens", "day", 1000);
        await Limit("all", null, "tokens", "minute", 1000);
        await Limit("chat", Calls.Kitchen, "money", "month", 1000);

        Assert.Equal(
            ["all  tokens minute 2026-10-15 12:00:00 100 0", "chat telegram/1/-7 money month 2026-10-01 00:00:00 1250000000 0", $"key {Calls.Key} tokens day 2026-10-15 00:00:00 212 0"],
            await log.Counters());
    }

    [Fact]
    public async Task Should_be_set_once_for_each_subject_unit_and_window()
    {
        await Limit("user", null, "requests", "day", 1);
        await Limit("user", Calls.Anna, "requests", "day", 1);
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => Limit("user", null, "requests", "day", 2))).Status);
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => Limit("user", Calls.Anna, "requests", "day", 2))).Status);
        await log.Run("insert into llm_limits select gen_random_uuid(), 'chat', n::text, 'tokens', 'day', 1, 80, 'block', null, now(), now() from generate_series(1, 998) as n");
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => Limit("all", null, "requests", "day", 2))).Status);
    }

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
}

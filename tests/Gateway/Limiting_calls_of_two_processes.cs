using Bus.Contracts;
using Bus.Llm.Metering.Limiting;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>E-21: a limit holds at once and exactly, whichever process a call comes to.</summary>
public sealed class Limiting_calls_of_two_processes : LimitedLedger
{
    [Fact]
    public async Task Should_hold_at_once_in_all_processes()
    {
        await using var other = await LedgerProcess.Start(log, time);
        await Reserve();
        Assert.True((await other.Reserve(Calls.Call(time.Now))).IsAdmitted);
        var limit = await Limit("user", null, "requests", "day", 2);
        Assert.False((await other.Reserve(Calls.Call(time.Now))).IsAdmitted);
        Assert.False((await Reserve()).IsAdmitted);

        await other.Get<LimitStore>().Change(limit.Id, old => old with { Amount = 3 }, Admin, TestContext.Current.CancellationToken);
        Assert.True((await Reserve()).IsAdmitted);
        Assert.False((await other.Reserve(Calls.Call(time.Now))).IsAdmitted);
        await other.Get<LimitStore>().Delete(limit.Id, Admin, TestContext.Current.CancellationToken);
        Assert.True((await Reserve()).IsAdmitted);
        Assert.Empty(await log.Counters()); // nothing needs to be counted any more
    }

    [Fact]
    public async Task Should_say_once_that_a_limit_is_near_and_reached()
    {
        await using var other = await LedgerProcess.Start(log, time);
        var limit = await Limit("user", null, "requests", "day", 10);
        await Limit("all", null, "requests", "minute", 5);
        for (var number = 0; number < 7; number++)
        {
            time.Now = time.Now.AddMinutes(2);
            await (number % 2 == 0 ? process : other).Reserve(Calls.Call(time.Now));
        }

        Assert.Empty(await Said());
        for (var number = 0; number < 3; number++)
        {
            time.Now = time.Now.AddMinutes(2);
            await Reserve();
            await Task.WhenAll(process.Get<LimitAlerts>().Tell(TestContext.Current.CancellationToken), other.Get<LimitAlerts>().Tell(TestContext.Current.CancellationToken));
        }

        await Reserve();
        Assert.Equal([$"limit.near gateway limit:{limit.Id} 8", $"limit.reached gateway limit:{limit.Id} 10"], await Said());
        var lines = process.Log.Lines.Concat(other.Log.Lines).Where(line => line.Contains(limit.Id.ToString(), StringComparison.Ordinal)).ToList();
        Assert.All(lines, line => Assert.StartsWith("Warning: ", line, StringComparison.Ordinal));
        Assert.Equal(2, lines.Count);

        // The next day it is said again.
        time.Now = time.Now.AddDays(1);
        for (var number = 0; number < 8; number++)
        {
            time.Now = time.Now.AddMinutes(2);
            await Reserve();
        }

        Assert.Equal(3, (await Said()).Count);

        async Task<List<string>> Said()
        {
            await process.Get<LimitAlerts>().Tell(TestContext.Current.CancellationToken);
            return [.. process.Audit.Entries.Concat(other.Audit.Entries).Where(entry => entry.By.Id == "gateway")
                .Select(entry => $"{entry.Action} {entry.By.Id} {entry.Subject} {System.Text.Json.JsonDocument.Parse(entry.After!).RootElement.GetProperty("used")}").Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>E-21: whatever comes at once, a limit is passed by one reservation at most.</summary>
    [Theory]
    [InlineData("tokens", 1950, 20)]
    [InlineData("requests", 37, 37)]
    [InlineData("money", 10, 20)]
    public async Task Should_hold_whatever_comes_at_once_to_two_processes(string unit, int amount, int fit)
    {
        await using var other = await LedgerProcess.Start(log, time);
        await Limit("user", null, unit, "day", amount);
        await Limit("all", null, "requests", "minute", 100_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => (number % 2 == 0 ? process : other).Reserve(Calls.Call(time.Now)))));

        Assert.Equal(fit, answers.Count(answer => answer.IsAdmitted));
        Assert.Equal(fit, await log.One<long>("select count(*) from llm_open"));
        Assert.Equal(fit, await log.One<long>("select count(*) from mt_events"));
        Assert.Equal(fit, await log.One<long>("select used from llm_counters where subject = 'all'"));
    }

    [Fact]
    public async Task Should_be_as_the_ledger_says_whatever_was_written()
    {
        await using var other = await LedgerProcess.Start(log, time);
        var random = new Random(7);
        foreach (var (subject, unit, window) in Everything())
            await Limit(subject, null, unit, window, 1_000_000);
        var open = new List<UsageReserved>();
        for (var round = 0; round < 40; round++)
        {
            time.Now = time.Now.AddSeconds(random.Next(20));
            var calls = Enumerable.Range(0, 10).Select(_ => Calls.Call(time.Now, random.Next(100), random.Next(100), random.Next(4) == 0 ? null : random.Next(1, 1000) / 1000m, $"user:{random.Next(3)}")).ToList();
            await Task.WhenAll(calls.Select(call => (random.Next(2) == 0 ? process : other).Reserve(call)));
            open.AddRange(calls);
            foreach (var call in open.Where(_ => random.Next(3) == 0).ToList())
            {
                open.Remove(call);
                (random.Next(2) == 0 ? process : other).Ledger.Settle(call, call.Took(random.Next(100), random.Next(100), random.Next(5) == 0 ? null : random.Next(1, 1000) / 777m));
                if (random.Next(4) == 0)
                {
                    await process.Written();
                    await other.Written();
                    await process.Ledger.Correct(
                        [new(Some.Id(), call.AttemptId, "repriced", "measured", new TokenCounts(random.Next(100), 1, 0, 0), random.Next(100) / 33m, null, "cli", time.Now)], TestContext.Current.CancellationToken);
                }
            }
        }

        await process.Written();
        await other.Written();
        var kept = await Now();
        Assert.Equal(await log.One<long>("select count(*) from llm_counters"), await process.Get<LimitStore>().Recount(Admin, TestContext.Current.CancellationToken));
        Assert.Equal(kept, await Now());
        Assert.True(kept.Count > 30, $"{kept.Count}");
        Assert.True((await other.Reserve(Calls.Call(time.Now))).IsAdmitted);

        // Minutes that are over count no more, and are left as they were until somebody comes again.
        async Task<IReadOnlyList<string>> Now() => await log.Rows<string>($"""
            select concat_ws(' ', subject, subject_id, unit, time_window, window_start at time zone 'UTC', used, previous) from llm_counters
            where (used <> 0 or previous <> 0) and (time_window <> 'minute' or window_start = date_trunc('minute', '{time.Now:O}'::timestamptz, 'UTC')) order by 1
            """);
    }
}

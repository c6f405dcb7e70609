using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Memory.Repricings;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Prices are put right once, whoever else counts, corrects or is killed meanwhile.</summary>
public sealed class Repricing_while_others_write : RepricedLedger
{
    [Fact]
    public async Task Should_count_with_the_limits_and_with_what_is_corrected_later()
    {
        var now = TimeProvider.System.GetUtcNow();
        var start = now.AddSeconds(-3); // so that all three are over
        await gateway.Get<LimitStore>().Create(
            LimitRules.New(new CreateLimitRequest(LimitSubjects.User, null, LimitUnits.Money, LimitWindows.Month, 100), now), Anna, CancellationToken.None);
        var attempts = await Spend(3, "user:a", start);
        Assert.Equal(["user user:a 19800000"], await Counted());
        await projecting.CaughtUp("Ledger");

        await Repricer().Apply(Request() with { From = $"{start:yyyy-MM-dd}", To = null }, Anna, CancellationToken.None);
        Assert.Equal(["user user:a 9900000"], await Counted());

        // 0.0132 at the old price stands for 0.0033 at the new one.
        await gateway.Ledger.Correct([attempts[0].Corrected(new TokenCounts(2000, 1000, 800, 200))], CancellationToken.None);
        Assert.Equal(["user user:a 19800000"], await Counted());
        await gateway.Get<LimitStore>().Recount(Anna, CancellationToken.None);
        Assert.Equal(["user user:a 19800000"], await Counted());

        Task<IReadOnlyList<string>> Counted() => projecting.Log.Rows<string>("select concat_ws(' ', subject, subject_id, used) from llm_counters order by 1");
    }

    [Fact]
    public async Task Should_go_on_where_it_was_interrupted()
    {
        var attempts = await Spend(450, "user:a");
        await projecting.CaughtUp("Ledger");
        await projecting.Log.Run("""
            create function no_more() returns trigger language plpgsql as
            $$ begin if (select count(*) from mt_events where type = 'usage_corrected') > 250 then raise exception 'as if it was killed'; end if; return new; end $$;
            create trigger no_more before insert on mt_events for each row when (new.type = 'usage_corrected') execute function no_more();
            """);
        await Assert.ThrowsAsync<PostgresException>(() => Repricer().Apply(Request() with { Id = Some.Id() }, Anna, CancellationToken.None));
        Assert.Equal(200, await projecting.Log.One<long>("select count(*) from mt_events where type = 'usage_corrected'"));
        await projecting.Log.Run("drop trigger no_more on mt_events");

        await Repricer().Resume(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.Equal(200, await projecting.Log.One<long>("select count(*) from mt_events where type = 'usage_corrected'"));
        await Repricer().Resume(TimeSpan.Zero, CancellationToken.None);

        await projecting.CaughtUp("Ledger");
        Assert.Equal(["0.0033 1 1 1000 measured 450"], await Costs(attempts));
        Assert.Equal(
            ["450 450 -1.485"],
            await projecting.Log.Rows<string>("select concat_ws(' ', totals ->> 'attempts', totals ->> 'changed', trim_scale((totals ->> 'difference')::numeric)) from llm_repricings where finished_at is not null"));
        Assert.Single(recorded);
    }

    [Fact]
    public async Task Should_correct_each_once_when_two_do_it_and_others_correct_at_the_same_time()
    {
        var attempts = await Spend(300, "user:a");
        await projecting.CaughtUp("Ledger");
        var request = Request() with { Id = Some.Id() };

        var reports = await Task.WhenAll(
            Task.Run(() => Repricer().Apply(request, Anna, CancellationToken.None)),
            Task.Run(() => Repricer().Apply(request, Anna, CancellationToken.None)),
            Task.Run(async () =>
            {
                foreach (var attempt in attempts.Take(60))
                    await gateway.Ledger.Correct([attempt.Corrected(new TokenCounts(2000, 1000, 800, 200), CorrectionReasons.CameBack)], CancellationToken.None);
                return (RepricingReport)null!;
            }));

        Assert.All(reports[..2], report => Assert.Equal((300, 300), (report.Totals.Attempts, report.Totals.Changed)));
        Assert.Equal(
            ["300 1"],
            await projecting.Log.Rows<string>("""
                select count(*) || ' ' || max(times) from (
                    select count(*) as times from mt_events where type = 'usage_corrected' and data ->> 'Reason' = 'repriced' group by data ->> 'AttemptId') as each
                """));
        await projecting.CaughtUp("Ledger");
        Assert.Equal(["0.0033 1 1 1000 measured 240"], await Costs(attempts.Skip(60)));
    }

    [Fact]
    public async Task Should_not_correct_what_took_something_else_meanwhile()
    {
        var attempts = await Spend(3, "user:a");
        await projecting.CaughtUp("Ledger");
        var unseen = Spent.Reserved();
        var corrections = attempts.Append(unseen).Select(attempt => attempt.Corrected(new TokenCounts(1000, 500, 400, 100), CorrectionReasons.Repriced)).ToList();
        await using var writer = await projecting.Log.Database.OpenConnectionAsync();
        await using (var held = await writer.BeginTransactionAsync())
        {
            // The projection does not see it, since a number before it may still be committed.
            await using (var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", writer, held))
                await draw.ExecuteScalarAsync();
            await gateway.Ledger.Correct([attempts[1].Corrected(new TokenCounts(1, 1, 0, 0), CorrectionReasons.CameBack)], CancellationToken.None);

            Assert.Equal([unseen.AttemptId, attempts[1].AttemptId], await Corrections().Reprice(corrections, CancellationToken.None));
            Assert.Equal([unseen.AttemptId, attempts[1].AttemptId], await Corrections().Reprice(corrections, CancellationToken.None));
            await held.RollbackAsync();
        }

        await projecting.CaughtUp("Ledger");
        Assert.Equal([1, 1, 1], await projecting.Log.Rows<int>("select corrections from llm_calls"));
        Assert.Equal(0.000006m, (await Repricer().Apply(Request(), Anna, CancellationToken.None)).By[0].CostAfter - (2 * 0.0033m));
    }
}

using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Llm;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Memory.Repricings;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Bus.Tests.Projections;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Repricing_what_is_over : IAsyncLifetime
{
    private static readonly Actor Anna = new("user:anna", "anna", "");

    /// <summary>Half of what was recorded.</summary>
    private static readonly PriceRequest Price = new(null, 1m, 5m, 0.5m, null, null);

    private readonly List<AuditEntry> recorded = [];
    private Projecting projecting = null!;
    private LedgerProcess gateway = null!;

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
    }

    [Fact]
    public async Task Should_show_the_difference_before_it_is_applied_and_write_nothing()
    {
        await Spend(3, "user:a");
        await Spend(1, "user:b");
        var unpriced = Spent.Reserved(owner: "user:b");
        await Spend(unpriced, unpriced.Settled() with { Cost = null, Price = null });
        await SpendElsewhere();
        await projecting.CaughtUp("Ledger");
        var events = await Events();

        var report = await Repricer().Preview(Request(), CancellationToken.None);

        Assert.Equal(new RepricingFigures(null, 5, 5, 1, 0.0264m, 0.0165m, -0.0099m), report.Totals);
        Assert.Equal([new("user:a", 3, 3, 0, 0.0198m, 0.0099m, -0.0099m), new("user:b", 2, 2, 1, 0.0066m, 0.0066m, 0m)], report.By);
        Assert.Null(report.Id);
        Assert.Equal(events, await Events());
        Assert.Empty(recorded);
    }

    [Fact]
    public async Task Should_correct_each_attempt_once_and_keep_who_did_it()
    {
        var attempts = await Spend(450, "user:a");
        var others = await SpendElsewhere();
        await projecting.CaughtUp("Ledger");
        var request = Request() with { Id = Some.Id() };

        var report = await Repricer().Apply(request, Anna, CancellationToken.None);
        var again = await Repricer().Apply(request, Anna, CancellationToken.None);

        Assert.Equal(new RepricingFigures(null, 450, 450, 0, 450 * 0.0066m, 450 * 0.0033m, 450 * -0.0033m), report.Totals);
        Assert.Equal((report.Totals, report.Id), (again.Totals, again.Id));
        await projecting.CaughtUp("Ledger");
        Assert.Equal(["0.0033 1 1 1000 measured 450"], await Costs(attempts));
        Assert.Equal(others, await projecting.Log.Rows<string>("select attempt_id || ' ' || concat_ws(' ', outcome, cost) from llm_calls where corrections = 0 order by attempt_id"));
        Assert.Equal(
            ["repriced user:anna 450"],
            await projecting.Log.Rows<string>("select concat_ws(' ', data ->> 'Reason', data ->> 'By', count(*)) from mt_events where type = 'usage_corrected' group by data ->> 'Reason', data ->> 'By'"));
        var entry = Assert.Single(recorded);
        Assert.Equal((AuditActions.UsageRepriced, $"model:{Spent.Catalog}", Anna), (entry.Action, entry.Subject, entry.By));
        Assert.Contains($"\"id\":\"{request.Id}\"", entry.After, StringComparison.Ordinal);

        // It follows from the log alone, so a rebuild tells the same; and the price that was wrong can be given back.
        var back = await Repricer().Apply(Request() with { Price = new PriceRequest("USD", 2m, 10m, 1m, null, 1m) }, Anna, CancellationToken.None);
        Assert.Equal(450 * 0.0033m, back.Totals.Difference);
        await projecting.CaughtUp("Ledger");
        Assert.Equal(["0.0066 2 2 1000 measured 450"], await Costs(attempts));
    }

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

    [Fact]
    public async Task Should_refuse_another_by_the_same_id_and_what_is_no_price()
    {
        var request = Request() with { Id = Some.Id() };
        await Repricer().Apply(request, Anna, CancellationToken.None);

        Assert.Equal(409, await Refused(request with { Price = Price with { Input = 3 } }));
        Assert.Equal(409, await Refused(request with { Model = Some.Id() }));
        foreach (var (wrong, field) in new (RepricingRequest, string)[]
        {
            (Request() with { Model = null }, "model"), (Request() with { From = null }, "from"), (Request() with { From = "2999-01-01", To = "2999-01-02" }, "from"),
            (Request() with { Price = null }, "price"), (Request() with { Price = Price with { Input = null } }, "price.input"),
            (Request() with { Price = Price with { Output = -1 } }, "price.output"), (Request() with { Price = Price with { CachedInput = Limits.HighestPrice + 0.1m } }, "price.cached_input"),
            (Request() with { Price = Price with { Currency = "dollars" } }, "price.currency"), (Request() with { Price = Price with { Currency = "CNY" } }, "price.rate"),
            (Request() with { Price = Price with { Rate = 2 } }, "price.rate"), (Request() with { Price = Price with { Currency = "CNY", Rate = 0 } }, "price.rate"),
        })
        {
            var refusal = await Assert.ThrowsAsync<ProblemException>(() => Repricer().Preview(wrong, CancellationToken.None));
            Assert.Equal((400, field), (refusal.Status, refusal.Field));
        }

        async Task<int> Refused(RepricingRequest other) =>
            (await Assert.ThrowsAsync<ProblemException>(() => Repricer().Apply(other, Anna, CancellationToken.None))).Status;
    }

    [Fact]
    public async Task Should_not_begin_while_the_projection_does_not_know_all_attempts()
    {
        var attempts = await Spend(1, "user:a");
        await using var writer = await projecting.Log.Database.OpenConnectionAsync();
        await using var open = await writer.BeginTransactionAsync();
        await using (var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", writer, open))
            await draw.ExecuteScalarAsync();
        await Spend(1, "user:b"); // not seen before the other is over

        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Repricer().Apply(Request(), Anna, CancellationToken.None));

        Assert.Equal((503, true), (refusal.Status, refusal.RetryAfter > TimeSpan.Zero));
        Assert.Empty(recorded);
        await open.RollbackAsync();
        await projecting.CaughtUp("Ledger");
        Assert.Equal(2, (await Repricer().Apply(Request(), Anna, CancellationToken.None)).Totals.Changed);
        await projecting.CaughtUp("Ledger");
        Assert.Equal(["0.0033 1 1 1000 measured 1"], await Costs(attempts));
    }

    [Fact]
    public async Task Should_be_done_on_the_command_line()
    {
        await Spend(2, "user:a");
        await projecting.CaughtUp("Ledger");
        string[] reprice = ["reprice", "--model", $"{Spent.Catalog}", "--from", "2026-03-01", "--input", "1", "--output", "5", "--cached-input", "0.5"];

        var (code, output, errors) = await HostTool.Run(projecting.Log.ConnectionString, reprice);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("2          2        0.013200        0.006600       -0.006600  user:a", output, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed. --apply corrects the ledger.\n", output, StringComparison.Ordinal);
        Assert.Equal(0, await projecting.Log.One<long>("select count(*) from mt_events where type = 'usage_corrected'"));

        (code, output, _) = await HostTool.Run(projecting.Log.ConnectionString, [.. reprice, "--apply"]);
        Assert.Equal(0, code);
        Assert.Contains("\nApplied as ", output, StringComparison.Ordinal);
        Assert.Equal(2, await projecting.Log.One<long>("select count(*) from mt_events where type = 'usage_corrected'"));
        Assert.Equal(["cli usage.repriced"], await projecting.Log.Rows<string>("select concat_ws(' ', data ->> 'Actor', data ->> 'Action') from mt_events where type = 'audited'"));

        (code, _, errors) = await HostTool.Run(projecting.Log.ConnectionString, ["reprice", "--model", $"{Spent.Catalog}", "--from", "soon", "--input", "1", "--output", "5"]);
        Assert.Equal(1, code);
        Assert.StartsWith("from must be a day", errors, StringComparison.Ordinal);
    }

    private static RepricingRequest Request() => new(null, Spent.Catalog, "2026-03-01", "2026-03-01", Price);

    /// <summary>Attempts of the model on the day.</summary>
    private async Task<List<UsageReserved>> Spend(int count, string owner, DateTimeOffset? start = null)
    {
        var attempts = Enumerable.Range(0, count).Select(number => Spent.Reserved((start ?? Spent.Start).AddSeconds(number), owner)).ToList();
        await Task.WhenAll(attempts.Select(attempt => gateway.Reserve(attempt)));
        foreach (var attempt in attempts)
            gateway.Ledger.Settle(attempt, attempt.Settled());
        await gateway.Written();
        return attempts;
    }

    private async Task Spend(UsageReserved attempt, UsageSettled? settled = null)
    {
        await gateway.Reserve(attempt);
        gateway.Ledger.Settle(attempt, settled ?? attempt.Settled());
        await gateway.Written();
    }

    /// <summary>What it does not concern: another model, another day, what is not over, what was kept from before.</summary>
    private async Task<IEnumerable<string>> SpendElsewhere()
    {
        var kept = Spent.Reserved();
        await Spend(kept, kept.Settled(outcome: AttemptOutcomes.Cached) with { Cost = 0 });
        var (model, day, open) = (Spent.Reserved() with { CatalogId = Some.Id() }, Spent.Reserved(Spent.Start.AddDays(1)), Spent.Reserved());
        await Spend(model);
        await Spend(day);
        await gateway.Reserve(open);
        return [.. new[] { (kept, "cached 0"), (model, "answered 0.0066"), (day, "answered 0.0066"), (open, "open") }
            .Select(one => $"{one.Item1.AttemptId} {one.Item2}").Order(StringComparer.Ordinal)];
    }

    private Task<long> Events() => projecting.Log.One<long>("select count(*) from mt_events");

    private Task<IReadOnlyList<string>> Costs(IEnumerable<UsageReserved> attempts) => projecting.Log.Rows<string>($"""
        select concat_ws(' ', trim_scale(cost), price ->> 'input', corrections, input_tokens, basis, count(*)) from llm_calls
        where attempt_id in ('{string.Join("', '", attempts.Select(attempt => attempt.AttemptId))}') group by trim_scale(cost), price ->> 'input', corrections, input_tokens, basis
        """);

    private Repricer Repricer() => new(
        projecting.Log.Database, Corrections(), new ProjectionReads(projecting.Log.Database, TimeProvider.System), new Audit(recorded), new BaseCurrency("USD"), TimeProvider.System);

    private Corrections Corrections() => gateway.Get<Corrections>();

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

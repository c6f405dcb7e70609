using Bus.Contracts;
using Bus.Memory.Repricings;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Repricing_what_is_over : RepricedLedger
{
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
}

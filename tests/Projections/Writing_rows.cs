using System.Text.Json;
using Bus.Events.Projections;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>A column of every kind comes back as it was written, whatever is in it.</summary>
public sealed class Writing_rows : IAsyncLifetime
{
    private readonly RowTable<Row> table = new("rows_1", "id");
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.CreateEmpty();
        await log.Run("""
            create table rows_1 (
                id uuid primary key, number bigint, count int null, is_so boolean null, cost numeric null, text text null, at timestamptz, ended_at timestamptz null, ids uuid[] null, part jsonb null)
            """);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_keep_what_is_in_them()
    {
        Row[] rows =
        [
            new(Some.Id(), long.MaxValue, int.MinValue, true, 0.000000000001m, "a 'b' {\"c\"} \\ 🙂\n", new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero), DateTimeOffset.UnixEpoch, [Some.Id(), Some.Id()], new Part("x", null)),
            new(Some.Id(), 0, null, null, null, null, default, null, [], null), // a date that nobody gave
        ];

        await Save(rows);
        Assert.Equal(Json(rows), Json(await Load(rows)));
        Assert.Equal("{\"name\": \"x\", \"amount_of\": null}", await log.One<string>("select part::text from rows_1 where part is not null"));
        Assert.Equal(1, await log.One<int>("select extract(year from at)::int from rows_1 where number = 0"));
    }

    [Fact]
    public async Task Should_be_written_over_those_with_the_same_keys()
    {
        var row = new Row(Some.Id(), 1, 1, true, 1, "before", TimeProvider.System.GetUtcNow(), null, [Some.Id()], new Part("x", 1));
        await Save(row);
        var after = new Row(row.Id, 2, null, false, 2, "after", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [], null);
        await Save(after);

        Assert.Equal(Json([after]), Json(await Load(row)));
    }

    private static string Json(IEnumerable<Row> rows) => JsonSerializer.Serialize(rows.OrderBy(row => row.Id));

    private Task<IReadOnlyList<Row>> Load(params Row[] rows) =>
        table.Load(log.Database, rows.Select(row => row.Id).ToArray(), TestContext.Current.CancellationToken);

    private async Task Save(params Row[] rows)
    {
        await using var batch = log.Database.CreateBatch();
        batch.BatchCommands.Add(table.Save(rows));
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Part(string Name, int? AmountOf);

    private sealed record Row(
        Guid Id, long Number, int? Count, bool? IsSo, decimal? Cost, string? Text, DateTimeOffset At, DateTimeOffset? EndedAt, IReadOnlyList<Guid> Ids, Part? Part);
}

using Bus.Contracts;
using Bus.Events;
using Npgsql;

namespace Bus.Memory.Usage;

/// <summary>Which attempts are meant.</summary>
/// <param name="From">Those that were over then or later.</param>
/// <param name="To">Those that were over before.</param>
/// <param name="Owners">Those of these; null: of everybody.</param>
/// <param name="Model">Those with this model; null: with any.</param>
public sealed record UsageFilter(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string>? Owners = null, string? Model = null);

/// <summary>What did the models take?</summary>
/// <param name="database">Where the projections are.</param>
public sealed class UsageQuery(NpgsqlDataSource database)
{
    /// <summary>The groupings there are, in the order of the properties of <see cref="UsageFigures"/>.</summary>
    private static readonly (string Name, string Sql)[] Columns =
    [
        ("day", "to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')"),
        ("model", "model"),
        ("provider", "provider"),
        ("owner", "coalesce(owner, '')"),
        ("key", "case when via like 'key:%' then substr(via, 5) else '' end"),
        ("provider_key", "coalesce(provider_key_id::text, '')"),
        ("purpose", "purpose"),
        ("place", "coalesce(place, '')"),
    ];

    private const string Sums = $"""
        count(*), count(*) filter (where outcome in ('{TurnOutcomes.Failed}', '{AttemptOutcomes.Lost}')),
        coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cached_tokens), 0)::bigint, coalesce(sum(reasoning_tokens), 0)::bigint,
        coalesce(sum(input_tokens::bigint + output_tokens) filter (where is_estimated), 0)::bigint,
        trim_scale(sum(cost)), count(*) filter (where cost is null and input_tokens::bigint + output_tokens > 0), coalesce(sum(earlier_runs), 0)::bigint
        """;

    /// <summary>By what usage can be put together.</summary>
    public static IReadOnlyList<string> Groupings { get; } = [.. Columns.Select(column => column.Name)];

    /// <summary>All of it together.</summary>
    public async Task<UsageFigures> Total(UsageFilter filter, CancellationToken cancellation) => (await Run(filter, [], 1, 0, cancellation)).Single();

    /// <summary>Put together by something: the newest day first, and then in the order of names.</summary>
    /// <param name="filter">Which attempts.</param>
    /// <param name="groups">By what: some of <see cref="Groupings"/>.</param>
    /// <param name="count">How many groups at most.</param>
    /// <param name="offset">How many groups are left out before.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<UsageFigures>> Run(
        UsageFilter filter, IReadOnlyCollection<string> groups, int count, int offset, CancellationToken cancellation)
    {
        List<object?> values = [filter.From.UtcDateTime, filter.To.UtcDateTime];
        var where = "created_at >= $1 and created_at < $2";
        if (filter.Owners is { } owners)
            where += $" and owner = any({Value(owners.ToArray())})";
        if (filter.Model is { } model)
            where += $" and model = {Value(model)}";

        var columns = Columns.Select(column => groups.Contains(column.Name) ? column.Sql : "null::text");
        var chosen = Columns.Index().Where(column => groups.Contains(column.Item.Name)).ToList();
        var grouped = chosen.Count == 0 ? "" : $"""
            group by {string.Join(", ", chosen.Select(column => column.Index + 1))}
            order by {string.Join(", ", chosen.Select(column => $"{column.Index + 1}{(column.Item.Name == "day" ? " desc" : "")}"))}
            """;
        await using var command = database.Statement(
            $"select {string.Join(", ", columns)}, {Sums} from llm_usage where {where} {grouped} limit {count} offset {offset}", values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var all = new List<UsageFigures>();
        while (await reader.ReadAsync(cancellation))
            all.Add(Figures(reader));
        return all;

        string Value(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
    }

    private static UsageFigures Figures(NpgsqlDataReader row)
    {
        return new(
            Text(0), Text(1), Text(2), Text(3), Text(4), Text(5), Text(6), Text(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11),
            row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetFieldValue<decimal?>(15), row.GetInt64(16), row.GetInt64(17));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}

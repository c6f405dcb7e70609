using Npgsql;

namespace Bus.Memory.Usage;

/// <summary>What a model took on a day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Provider">Who served the model.</param>
/// <param name="Model">The model.</param>
/// <param name="Attempts">How often it was asked.</param>
/// <param name="Failed">How often it failed.</param>
/// <param name="InputTokens">Of the prompts.</param>
/// <param name="OutputTokens">Of the replies.</param>
/// <param name="EstimatedTokens">Those of both that nobody has measured.</param>
/// <param name="Cost">In money; null while a price is not known.</param>
/// <param name="EarlierRuns">How often a model may have been asked besides, by processes that did not live to tell what that took.</param>
public sealed record DailyUsage(
    DateOnly Day, string Provider, string Model, long Attempts, long Failed, long InputTokens, long OutputTokens, long EstimatedTokens, decimal? Cost,
    long EarlierRuns);

/// <summary>What did the models take, day by day?</summary>
/// <param name="database">Where the projection is.</param>
public sealed class UsageQuery(NpgsqlDataSource database)
{
    /// <summary>The newest day first.</summary>
    /// <param name="since">The first day wanted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<DailyUsage>> Run(DateOnly since, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select (created_at at time zone 'UTC')::date as day, provider, model, count(*), count(*) filter (where outcome = 'failed'),
                   sum(input_tokens), sum(output_tokens), coalesce(sum(input_tokens + output_tokens) filter (where is_estimated), 0),
                   case when count(cost) = count(*) then sum(cost) end, sum(earlier_runs)
            from llm_usage where created_at >= $1::timestamp at time zone 'UTC' group by day, provider, model order by day desc, provider, model
            """);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = since });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var days = new List<DailyUsage>();
        while (await reader.ReadAsync(cancellation))
        {
            days.Add(new DailyUsage(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetFieldValue<decimal?>(8), reader.GetInt64(9)));
        }

        return days;
    }
}

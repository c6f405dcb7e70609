using System.Text.Json;
using Bus.Events;
using Npgsql;

namespace Bus.Memory.Ledger;

/// <summary>Which calls are meant; null: any.</summary>
/// <param name="Owners">Those of these.</param>
/// <param name="Model">Those with this model, or asked for by this name.</param>
/// <param name="Outcome">Those that ended so.</param>
/// <param name="CallId">The attempts of this one.</param>
internal sealed record CallsFilter(IReadOnlyList<string>? Owners, string? Model, string? Outcome, Guid? CallId);

/// <summary>Which models were asked, and what became of it?</summary>
/// <param name="database">Where the projection is.</param>
internal sealed class CallsQuery(NpgsqlDataSource database)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Some of them, the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only those before this place in the list.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<CallItem>> Run(CallsFilter filter, long before, int count, CancellationToken cancellation)
    {
        List<object?> values = [before, count];
        var where = "id < $1";
        Add("owner = any({0})", filter.Owners?.ToArray());
        Add("{0} in (model, asked)", filter.Model);
        Add("outcome = {0}", filter.Outcome);
        Add("call_id = {0}", filter.CallId);
        await using var command = database.Statement($"select to_json(c)::text from llm_calls c where {where} order by id desc limit $2", values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var calls = new List<CallItem>();
        while (await reader.ReadAsync(cancellation))
            calls.Add(JsonSerializer.Deserialize<CallItem>(reader.GetString(0), Json)!);
        return calls;

        void Add(string condition, object? value)
        {
            if (value is null)
                return;
            values.Add(value);
            where += $" and {condition.Replace("{0}", $"${values.Count}", StringComparison.Ordinal)}";
        }
    }
}

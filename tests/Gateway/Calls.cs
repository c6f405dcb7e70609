using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;

namespace Bus.Tests.Gateway;

/// <summary>Calls to models, as they are put aside and settled.</summary>
internal static class Calls
{
    public static readonly Guid Model = new("0199aa00-0000-7000-8000-000000000001");
    public static readonly Guid ProviderKey = new("0199aa00-0000-7000-8000-000000000002");
    public static readonly Guid Key = new("0199aa00-0000-7000-8000-000000000003");

    public const string Anna = "user:0199aa00-0000-7000-8000-00000000000a";
    public const string Kitchen = "telegram/1/-7";

    public static UsageReserved Call(DateTimeOffset? at = null, int input = 60, int output = 40, decimal? cost = 0.5m, string owner = Anna)
    {
        var id = Some.Id();
        return new(
            id, id, 1, owner, $"key:{Key}", Kitchen, null, null, Purposes.Chat, "gpt", "openai", "gpt-4", Model, ProviderKey, input, output, cost, at ?? TimeProvider.System.GetUtcNow());
    }

    public static UsageSettled Took(this UsageReserved call, int input = 50, int output = 20, decimal? cost = 0.25m, string basis = UsageBases.Measured) =>
        new(call.AttemptId, AttemptOutcomes.Answered, basis, new TokenCounts(input, output, 0, 0), cost, null, null, null, null, call.ReservedAt.AddSeconds(1));

    /// <summary>What the ledger has of an attempt, in order: the names of the events.</summary>
    public static Task<IReadOnlyList<string>> EventsOf(this TestLog log, Guid attemptId) =>
        log.Rows<string>($"select type from mt_events where data ->> 'AttemptId' = '{attemptId}' order by stream_id, version");

    /// <summary>The last event of a kind of an attempt.</summary>
    public static async Task<T> Last<T>(this TestLog log, Guid attemptId) => JsonSerializer.Deserialize<T>(
        (await log.Rows<string>($"select data from mt_events where data ->> 'AttemptId' = '{attemptId}' and type = '{EventNames.All[typeof(T)]}' order by seq_id"))[^1])!;

    /// <summary>What is counted, but for what is nothing.</summary>
    public static Task<IReadOnlyList<string>> Counters(this TestLog log) => log.Rows<string>("""
        select concat_ws(' ', subject, subject_id, unit, time_window, window_start at time zone 'UTC', used, previous) from llm_counters where used <> 0 or previous <> 0 order by 1
        """);

    /// <summary>Sets a limit of all past every process: none has been told of it.</summary>
    public static Task LimitAll(this TestLog log, string unit, int amount, DateTimeOffset? at = null) => log.Run($"""
        insert into llm_limits values (gen_random_uuid(), 'all', null, '{unit}', 'day', {amount}, 80, 'block', null, now(), now());
        select bus_count(array['all'], array['{unit}'], array['day'], '{at ?? TimeProvider.System.GetUtcNow():O}')
        """);
}

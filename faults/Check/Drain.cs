using Bus.Faults.Processes;

namespace Bus.Faults.Check;

/// <summary>Waits until nothing is under way any more.</summary>
internal sealed class Drain(SystemUnderTest system, TimeProvider time)
{
    /// <summary>Longer than the longest delay and than a message waits for the one that it follows.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private const string UnderWay = """
        select 'conversations at work: ' || count(*) from conversation_state where state <> 'Idle' or deadline is not null having count(*) > 0
        union all select 'messages in the outbox: ' || count(*) from bus_outbox having count(*) > 0
        union all select 'answers on their way to a chat: ' || count(*) from deliveries where (body ->> 'IsDone') is distinct from 'true' having count(*) > 0
        union all select 'calls to models that are not settled: ' || count(*) from llm_open having count(*) > 0
        union all select 'projections behind: ' || string_agg(name, ', ') from bus_projection_progress
                  where last_seq_id < (select coalesce(max(seq_id), 0) from mt_events) having count(*) > 0
        """;

    private const string FromDiscord = "select count(*) from mt_events where type = 'message_received' and data -> 'Origin' ->> 'Platform' = 'discord'";

    /// <returns>What is still under way, and what was set aside; nothing when all is well.</returns>
    public async Task<IReadOnlyList<string>> Run()
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(LookInterval, time))
        {
            var left = await Left();
            var queues = (await system.Place.Queues()).Where(queue => queue.Name != Echo.Queue).ToList();
            var waiting = queues.Where(queue => !IsSetAside(queue.Name)).Select(queue => $"messages in {queue.Name}: {queue.Messages}").ToList();
            if (left.Count + waiting.Count == 0 || time.GetElapsedTime(started) > EndsWithin)
                return [.. left, .. waiting, .. queues.Where(queue => IsSetAside(queue.Name)).Select(queue => $"messages set aside in {queue.Name}: {queue.Messages}")];
        }
    }

    private static bool IsSetAside(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal) || queue == "bus-dead-letter";

    private async Task<List<string>> Left()
    {
        await using var command = system.Database.CreateCommand(UnderWay);
        await using var reader = await command.ExecuteReaderAsync();
        var left = new List<string>();
        while (await reader.ReadAsync())
            left.Add(reader.GetString(0));
        if (system.Telegram.Bot.PendingUpdates is > 0 and var updates)
            left.Add($"updates of Telegram that nobody has taken in: {updates}");
        if (system.Discord.Said - await TakenIn() is > 0 and var messages)
            left.Add($"messages on Discord that are in no log: {messages}");
        return left;
    }

    private async Task<int> TakenIn()
    {
        await using var command = system.Database.CreateCommand(FromDiscord);
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }
}

using System.Diagnostics;
using System.Globalization;
using Bus.Faults.Servers;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>Waits until nothing is under way any more.</summary>
internal sealed class Drain(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private const string UnderWay = """
        select 'conversations at work: ' || count(*) from conversation_state where state <> 'Idle' having count(*) > 0
        union all select 'messages in the outbox: ' || count(*) from bus_outbox having count(*) > 0
        union all select 'projections behind: ' || string_agg(name, ', ') from bus_projection_progress
                  where last_seq_id < (select coalesce(max(seq_id), 0) from mt_events) having count(*) > 0
        """;

    /// <returns>What is still under way, and what was set aside; nothing when all is well.</returns>
    public async Task<IReadOnlyList<string>> Run()
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(LookInterval, time))
        {
            var (left, queues) = (await Left(), await Queues());
            var waiting = queues.Where(queue => !IsSetAside(queue.Name)).Select(queue => $"messages in {queue.Name}: {queue.Messages}").ToList();
            if (left.Count + waiting.Count == 0 || time.GetElapsedTime(started) > EndsWithin)
                return [.. left, .. waiting, .. queues.Where(queue => IsSetAside(queue.Name)).Select(queue => $"messages set aside in {queue.Name}: {queue.Messages}")];
        }
    }

    private static bool IsSetAside(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal) || queue == "bus-dead-letter";

    private async Task<List<string>> Left()
    {
        await using var command = database.CreateCommand(UnderWay);
        await using var reader = await command.ExecuteReaderAsync();
        var left = new List<string>();
        while (await reader.ReadAsync())
            left.Add(reader.GetString(0));
        return left;
    }

    private static async Task<List<(string Name, int Messages)>> Queues()
    {
        var start = new ProcessStartInfo(Given.RabbitRun, ["rabbitmqctl", "-q", "--no-table-headers", "list_queues", "name", "messages"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(columns => columns is [not "faults-echo", not "0"])
            .Select(columns => (columns[0], int.Parse(columns[1], CultureInfo.InvariantCulture)))];
    }
}

using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>
/// Withdraws what is put aside for this process though it knows nothing of it: the statement was given up while the network was away, and came through after
/// all. Nobody was asked for it, and nobody else would settle it as long as this process lives.
/// </summary>
internal sealed class StrayAttempts(NpgsqlDataSource database, LedgerRun run, OpenAttempts open, SettlementWriter settlements, TimeProvider time)
{
    /// <summary>Those of the last time. One whose statement is just over is known a moment later.</summary>
    private HashSet<Guid> suspects = [];

    /// <summary>Withdraws those that were unknown the last time, too.</summary>
    public async Task Withdraw(CancellationToken cancellation)
    {
        var unknown = new HashSet<Guid>();
        await using (var command = database.Statement("select attempt_id from llm_open where process_id = $1", run.Id))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (reader.GetGuid(0) is var id && open.Find(id) is null)
                    unknown.Add(id);
            }
        }

        foreach (var reservation in await Reserved([.. unknown.Intersect(suspects)], cancellation))
            settlements.Withdraw(new OpenAttempt(reservation, LedgerJson.Of(reservation)), time.GetUtcNow());
        suspects = unknown;
    }

    private async Task<IReadOnlyList<UsageReserved>> Reserved(Guid[] attempts, CancellationToken cancellation)
    {
        if (attempts.Length == 0)
            return [];
        await using var command = database.Statement(
            "select e.data from llm_open o join mt_events e on e.stream_id = o.stream_id and e.version = o.version where o.attempt_id = any($1)", attempts);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var reserved = new List<UsageReserved>();
        while (await reader.ReadAsync(cancellation))
            reserved.Add(JsonSerializer.Deserialize<UsageReserved>(reader.GetString(0))!);
        return reserved;
    }
}

using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>When the steps of a turn happened, as the log has it.</summary>
internal sealed class LoggedTurn
{
    public DateTimeOffset Received { get; set; }

    public DateTimeOffset Started { get; set; }

    public DateTimeOffset ContextBuilt { get; set; }

    /// <summary>When the saga had the context and was about to commit.</summary>
    public DateTimeOffset ContextKept { get; set; }

    public DateTimeOffset ModelAsked { get; set; }

    public DateTimeOffset Generated { get; set; }

    public DateTimeOffset ReplyKept { get; set; }

    public DateTimeOffset Delivered { get; set; }

    public DateTimeOffset DeliveryKept { get; set; }

    /// <summary>The message came while the turn before was still being delivered, and was taken up in that turn's last transaction.</summary>
    public bool Waited { get; set; }

    /// <summary>The last transaction of the turn.</summary>
    public long Transaction { get; set; }

    public bool IsComplete => DeliveryKept != default;
}

/// <summary>Reads the turns of some sessions from the log.</summary>
internal static class LoggedTurns
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const string Sql = """
        select stream_id, type, coalesce(data ->> 'TurnId', data ->> 'MessageId')::uuid,
               coalesce(data ->> 'ReceivedAt', data ->> 'StartedAt', data ->> 'BuiltAt', data ->> 'DeliveredAt')::timestamptz,
               (data ->> 'GeneratedAt')::timestamptz, timestamp, xmin::text::bigint
        from mt_events
        where stream_id = any($1) and type in ('message_received', 'turn_started', 'context_built', 'reply_generated', 'reply_delivered')
        order by stream_id, version
        """;

    /// <summary>The turns of each session, in their order; waits until all of them have come to their end.</summary>
    public static async Task<Dictionary<Guid, List<LoggedTurn>>> Of(NpgsqlDataSource database, IReadOnlyDictionary<Guid, int> expected)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var sessions = await Read(database, [.. expected.Keys]);
            if (expected.All(session => sessions.GetValueOrDefault(session.Key)?.Count(turn => turn.IsComplete) == session.Value))
                return sessions;
            if (limit.IsCancellationRequested)
                throw new BenchException($"The log does not tell every turn to its end, {Patience.TotalSeconds} s after the last answer.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task<Dictionary<Guid, List<LoggedTurn>>> Read(NpgsqlDataSource database, Guid[] sessions)
    {
        var found = sessions.ToDictionary(session => session, _ => new List<LoggedTurn>());
        var byId = new Dictionary<Guid, LoggedTurn>();
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = sessions });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var id = reader.GetGuid(2);
            var before = found[reader.GetGuid(0)].LastOrDefault();
            if (!byId.TryGetValue(id, out var turn))
                found[reader.GetGuid(0)].Add(byId[id] = turn = new LoggedTurn { Waited = before?.Transaction == reader.GetInt64(6) });
            turn.Transaction = reader.GetInt64(6);
            Note(turn, reader);
        }

        return found;
    }

    private static void Note(LoggedTurn turn, NpgsqlDataReader reader)
    {
        var at = reader.GetFieldValue<DateTimeOffset>(3);
        var kept = reader.GetFieldValue<DateTimeOffset>(5);
        switch (reader.GetString(1))
        {
            case "message_received":
                turn.Received = at;
                break;
            case "turn_started":
                turn.Started = at;
                break;
            case "context_built":
                (turn.ContextBuilt, turn.ContextKept) = (at, kept);
                break;
            case "reply_generated":
                (turn.ModelAsked, turn.Generated, turn.ReplyKept) = (at, reader.GetFieldValue<DateTimeOffset>(4), kept);
                break;
            case "reply_delivered":
                (turn.Delivered, turn.DeliveryKept) = (at, kept);
                break;
        }
    }
}

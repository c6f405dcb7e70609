using Bus.Contracts;
using Npgsql;

namespace Bus.Memory.TurnTraces;

/// <summary>How a turn went, with its events.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="SessionId">The session.</param>
/// <param name="UserId">Who asked.</param>
/// <param name="Status">How it ended, or how it stands.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="ReceivedAt">When the message was received.</param>
/// <param name="Events">What happened, and after how long.</param>
public sealed record TurnTrace(
    Guid TurnId, Guid SessionId, string UserId, string Status, string? Error, string? Model, DateTimeOffset ReceivedAt, IReadOnlyList<TurnTraceEvent> Events);

/// <summary>Something that happened in a turn.</summary>
/// <param name="Version">Its place in the session's stream.</param>
/// <param name="Name">The name of the event.</param>
/// <param name="At">When it was kept.</param>
public sealed record TurnTraceEvent(long Version, string Name, DateTimeOffset At);

/// <summary>Which turns have this trace code? People are shown it when something failed.</summary>
/// <param name="database">Where the projection is.</param>
public sealed class TurnTraceQuery(NpgsqlDataSource database)
{
    /// <summary>The turns, the oldest first; one, unless a caller has several turns in one trace of their own.</summary>
    public async Task<IReadOnlyList<TurnTrace>> Run(string traceId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select t.id, t.session_id, t.user_id, t.status, t.error, t.model, t.created_at,
                   array(select e.sequence from task_trace_events e where e.trace_id = t.id order by e.id limit $2),
                   array(select e.type from task_trace_events e where e.trace_id = t.id order by e.id limit $2),
                   array(select e.created_at from task_trace_events e where e.trace_id = t.id order by e.id limit $2)
            from task_traces t where t.trace_id = $1 order by t.created_at
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = traceId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Limits.MostShownEvents });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var traces = new List<TurnTrace>();
        while (await reader.ReadAsync(cancellation))
        {
            var (versions, names, times) = (reader.GetFieldValue<long[]>(7), reader.GetFieldValue<string[]>(8), reader.GetFieldValue<DateTimeOffset[]>(9));
            traces.Add(new TurnTrace(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3),
                await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4), await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6), [.. versions.Select((version, i) => new TurnTraceEvent(version, names[i], times[i]))]));
        }

        return traces;
    }
}

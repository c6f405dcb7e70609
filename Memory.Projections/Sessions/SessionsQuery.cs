using Npgsql;

namespace Bus.Memory.Sessions;

/// <summary>A session in the list of sessions.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Title">What it is about: the beginning of its first message; empty while nothing was said.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="UpdatedAt">When something last happened in it.</param>
/// <param name="MessageCount">What was said in it, by people and bot.</param>
public sealed record SessionSummary(Guid SessionId, string Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int MessageCount);

/// <summary>Which sessions are there? The newest first.</summary>
internal sealed class SessionsQuery(NpgsqlDataSource database)
{
    /// <summary>As many as the system before this one kept (contract, C-27).</summary>
    private const int Most = 500;

    private const int TitleLength = 60;

    private const string Sql = """
        select s.id, s.created, s.timestamp, e.messages, e.title
        from (select id, created, timestamp from mt_streams
              where type = 'session' and not is_archived
              order by timestamp desc limit $1) as s
        cross join lateral (
            select count(*) filter (where type in ('message_received', 'reply_generated')) as messages,
                   bool_or(type = 'session_erased') as erased,
                   (array_agg(left(data ->> 'Text', $2) order by version) filter (where type = 'message_received'))[1] as title
            from mt_events where stream_id = s.id) as e
        where not e.erased
        order by s.timestamp desc
        """;

    public async Task<IReadOnlyList<SessionSummary>> Run(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = Most });
        command.Parameters.Add(new() { Value = TitleLength });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sessions = new List<SessionSummary>();
        while (await reader.ReadAsync(cancellation))
        {
            sessions.Add(new SessionSummary(
                reader.GetGuid(0), await reader.IsDBNullAsync(4, cancellation) ? "" : reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), (int)reader.GetInt64(3)));
        }

        return sessions;
    }
}

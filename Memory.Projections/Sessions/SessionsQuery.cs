using Bus.Contracts;
using Npgsql;

namespace Bus.Memory.Sessions;

/// <summary>A session in the list of sessions.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Title">What it is about: the beginning of its first message; empty while nothing was said.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="UpdatedAt">When something was last said in it.</param>
/// <param name="MessageCount">What was said in it, by people and bot.</param>
public sealed record SessionSummary(Guid SessionId, string Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int MessageCount);

/// <summary>Which sessions are there? The newest first.</summary>
internal sealed class SessionsQuery(NpgsqlDataSource database)
{
    private const string Sql = "select session_id, title, created_at, updated_at, message_count from conversations order by updated_at desc, id desc limit $1";

    public async Task<IReadOnlyList<SessionSummary>> Run(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Limits.MostListedSessions });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sessions = new List<SessionSummary>();
        while (await reader.ReadAsync(cancellation))
        {
            sessions.Add(new SessionSummary(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt32(4)));
        }

        return sessions;
    }
}

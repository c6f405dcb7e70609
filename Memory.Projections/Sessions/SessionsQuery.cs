using Bus.Events;
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
    private const string Columns = "select session_id, title, created_at, updated_at, message_count from bus_sessions";
    private const string Order = "order by updated_at desc, number desc";

    /// <param name="owners">Whose; null: all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<SessionSummary>> Run(IReadOnlyList<string>? owners, int most, CancellationToken cancellation)
    {
        await using var command = owners is null
            ? database.Statement($"{Columns} {Order} limit $1", most)
            : database.Statement($"{Columns} where owner = any($2) {Order} limit $1", most, owners.ToArray());
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

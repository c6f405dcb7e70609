using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Npgsql;

namespace Bus.Accounts.Audit;

/// <summary>Who did what?</summary>
/// <param name="database">Where it is kept.</param>
public sealed class AuditQuery(NpgsqlDataSource database)
{
    /// <summary>Some entries, the newest first.</summary>
    /// <param name="before">Only entries before this number.</param>
    /// <param name="actor">Only of somebody.</param>
    /// <param name="action">Only of an action.</param>
    /// <param name="subject">Only about something.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<Audited>> Run(
        long before, string? actor, string? action, string? subject, int count, CancellationToken cancellation)
    {
        await using var command = database.Statement("""
            select data::text from mt_events
            where stream_id = $1 and version < $2 and ($3::text is null or data ->> 'Actor' = $3)
              and ($4::text is null or data ->> 'Action' = $4) and ($5::text is null or data ->> 'Subject' = $5)
            order by version desc limit $6
            """, AuditLog.Stream, before, actor, action, subject, count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<Audited>();
        while (await reader.ReadAsync(cancellation))
            entries.Add(JsonSerializer.Deserialize<Audited>(reader.GetString(0))!);
        return entries;
    }
}

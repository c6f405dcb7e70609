using Npgsql;

namespace Bus.Events.Projections;

/// <summary>How a projection stands.</summary>
/// <param name="Name">The projection.</param>
/// <param name="Generation">The generation that people read.</param>
/// <param name="Previous">The one that can be gone back to.</param>
/// <param name="Progress">The last event that it has seen.</param>
/// <param name="Behind">How long the oldest event that it has not seen is in the log; null when it has seen all.</param>
/// <param name="SetAside">The streams that it goes on without.</param>
/// <param name="Stopped">Why it stands still; null when it goes.</param>
public sealed record ProjectionStatus(string Name, int Generation, int? Previous, long Progress, TimeSpan? Behind, int SetAside, string? Stopped)
{
    /// <summary>An event that waits as long as this is no matter of milliseconds any more.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(15);

    /// <summary>People do not see all that they should.</summary>
    public bool IsDegraded => Stopped is not null || SetAside > 0 || Behind > Late;

    /// <summary>How every projection stands.</summary>
    public static async Task<IReadOnlyList<ProjectionStatus>> Read(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select p.name, p.generation, p.previous, g.last_seq_id,
                   (select clock_timestamp() - e.timestamp from mt_events e where e.seq_id > g.last_seq_id order by e.seq_id limit 1),
                   (select count(*) from bus_set_aside s where s.projection = p.name and s.generation = p.generation), p.stopped
            from bus_projections p join bus_projection_progress g using (name) order by p.name
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var all = new List<ProjectionStatus>();
        while (await reader.ReadAsync(cancellation))
        {
            all.Add(new ProjectionStatus(
                reader.GetString(0), reader.GetInt32(1), reader.GetFieldValue<int?>(2), reader.GetInt64(3),
                reader.GetFieldValue<TimeSpan?>(4), (int)reader.GetInt64(5), await reader.IsDBNullAsync(6, cancellation) ? null : reader.GetString(6)));
        }

        return all;
    }
}

using Npgsql;

namespace Bus.Events.Projections;

/// <summary>Lets a read wait until a projection has seen what was in the log before it.</summary>
/// <param name="database">Where the log and the projections are.</param>
/// <param name="time">The clock.</param>
public sealed class ProjectionReads(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a read waits. Projections are milliseconds behind; one that is further behind stands still or is rebuilt.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string Progress = """
        select case when count(*) = cardinality($1) then min(last_seq_id) else 0 end from bus_projection_progress where name = any($1)
        """;

    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LastInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until projections have come to the end that the log has now.</summary>
    /// <param name="names">The projections.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many sequence numbers they are still behind after <see cref="Patience"/>; 0 when they came in time.</returns>
    public async Task<long> CatchUp(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var end = await Ask("select coalesce(max(seq_id), 0) from mt_events", null, cancellation);
        var started = time.GetTimestamp();
        for (var interval = FirstInterval; ; interval = interval < LastInterval ? interval * 2 : LastInterval)
        {
            var behind = end - await Ask(Progress, names, cancellation);
            if (behind <= 0 || time.GetElapsedTime(started) > Patience)
                return Math.Max(behind, 0);
            await Task.Delay(interval, time, cancellation);
        }
    }

    private async Task<long> Ask(string sql, IReadOnlyCollection<string>? names, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        if (names is not null)
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names] });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

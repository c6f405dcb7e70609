using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>What PostgreSQL counts while turns run. Exact at any moment, unlike its statistics, which come late.</summary>
internal static class DatabaseCounts
{
    public const string Commits = "commits that write";

    private static readonly (string Name, string Sql)[] Counters =
    [
        (Commits, "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"),
        ("bytes of WAL", "select (pg_current_wal_insert_lsn() - '0/0')::bigint"),
        ("events appended", "select coalesce(pg_sequence_last_value('mt_events_sequence'), 0)"),
        ("messages consumed (inbox rows)", "select count(*) from bus_inbox"),
    ];

    public static async Task<Dictionary<string, long>> Read(NpgsqlDataSource database)
    {
        var counts = new Dictionary<string, long>();
        foreach (var (name, sql) in Counters)
        {
            await using var command = database.CreateCommand(sql);
            try
            {
                counts[name] = (long)(await command.ExecuteScalarAsync())!;
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // This version of the system does without the table; there is nothing to count.
            }
        }

        return counts;
    }

    public static Dictionary<string, long> Since(Dictionary<string, long> before, Dictionary<string, long> now) =>
        now.ToDictionary(count => count.Key, count => count.Value - before[count.Key]);
}

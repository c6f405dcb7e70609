namespace Bus.Tests.Projections;

/// <summary>Who holds the locks by which projections are led.</summary>
internal static class Leaders
{
    private const string Locks = """
        from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        """;

    /// <summary>The process of PostgreSQL that leads a projection; 0 when nobody does.</summary>
    public static async Task<int> Leader(this Projecting projecting, string projection) =>
        (await projecting.Log.Rows<int>($"""
            select l.pid {Locks} and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('bus projection {projection}', 0)
            """)).SingleOrDefault();

    /// <summary>Cuts the connections of all that lead.</summary>
    public static Task CutLeaders(this Projecting projecting) =>
        projecting.Log.Run($"select pg_terminate_backend(pid) from (select distinct l.pid {Locks} and l.pid <> pg_backend_pid()) as leaders");
}

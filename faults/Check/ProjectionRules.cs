using Bus.Faults.Servers;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>The projections equal a fresh rebuild.</summary>
internal static class ProjectionRules
{
    private static readonly string[] Tables = ["sessions", "transcript", "turn_traces", "usage"];

    /// <summary>What does not hold.</summary>
    public static async Task<IReadOnlyList<string>> Broken(Place place, NpgsqlDataSource database)
    {
        await Rebuild(place);
        var broken = new List<string>();
        foreach (var table in Tables)
        {
            var (kept, fresh) = (await Rows(database, $"{table}_1"), await Rows(database, $"{table}_2"));
            if (kept != fresh)
                broken.Add($"{table} ({kept}) is not what a rebuild makes of the log ({fresh})");
        }

        return broken;
    }

    private static async Task Rebuild(Place place)
    {
        using var process = Child.Start("rebuild.log", new Dictionary<string, string?> { ["BUS_POSTGRES"] = place.Postgres, ["DOTNET_gcServer"] = "0" }, Given.Host, "rebuild", "all");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new FaultsException($"The rebuild ended with {process.ExitCode}.");
    }

    /// <summary>How many rows, and a hash of what is in them.</summary>
    private static async Task<string> Rows(NpgsqlDataSource database, string table)
    {
        await using var command = database.CreateCommand(
            $"select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text collate \"C\")), '') from {table} t");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}

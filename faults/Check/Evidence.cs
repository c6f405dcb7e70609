using Bus.Faults.Servers;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>Keeps what a finding is looked into with: the database ends with the run.</summary>
internal static class Evidence
{
    private const string Events = "select seq_id || ' ' || stream_id || ' ' || version || ' ' || type || ' ' || data::text from mt_events order by seq_id";
    private const string Deliveries = "select turn_id || ' ' || revision || ' ' || changed_at || ' ' || body::text from deliveries order by changed_at";

    /// <summary>Writes it beside the logs.</summary>
    public static async Task Keep(SystemUnderTest system)
    {
        await Write("events.log", await Lines(system.Database, Events));
        await Write("deliveries.log", await Lines(system.Database, Deliveries));
        await Write("telegram.log", system.Telegram.Story());
        await Write("discord.log", system.Discord.Story());
    }

    private static Task Write(string name, IEnumerable<string> lines) => File.WriteAllLinesAsync(Path.Combine(Given.Logs, name), lines);

    private static async Task<IReadOnlyList<string>> Lines(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}

using Npgsql;

namespace Bus.Faults.Servers;

/// <summary>
/// Lets the database refuse what is written into the log and the outbox, as a rule of its operator would or a bug of ours: no server is away, so messages
/// take the delay ladder.
/// </summary>
internal static class Writes
{
    private const string Rule = """
        create table faults_refusing (since timestamptz not null);
        create function faults_refuse() returns trigger language plpgsql as
            'begin if exists (select from faults_refusing) then raise exception ''refused by the fault run''; end if; return null; end';
        create trigger faults_refuse before insert on mt_events for each statement execute function faults_refuse();
        create trigger faults_refuse before insert on bus_outbox for each statement execute function faults_refuse()
        """;

    /// <summary>Adds the rule, which refuses nothing yet.</summary>
    public static Task Prepare(NpgsqlDataSource database) => Run(database, Rule);

    public static Task Refuse(NpgsqlDataSource database) => Run(database, "insert into faults_refusing values (now())");

    public static Task Allow(NpgsqlDataSource database) => Run(database, "delete from faults_refusing");

    private static async Task Run(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

using Npgsql;

namespace Bus.Faults.Servers;

/// <summary>The database.</summary>
internal sealed class PostgresServer(TimeProvider time) : Server(Given.PostgresPid, time)
{
    public override string Name => "PostgreSQL";

    /// <summary>Ends all connections but ours, as a failing proxy or an administrator does.</summary>
    public static async Task CutConnections()
    {
        await using var database = NpgsqlDataSource.Create(Given.Postgres);
        await using var command = database.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'bus' and pid <> pg_backend_pid()");
        await command.ExecuteNonQueryAsync();
    }

    protected override int Launch()
    {
        using var process = Child.Start("postgres.log", new Dictionary<string, string?>(), Given.PostgresRun);
        return process.Id;
    }

    protected override async Task<bool> Listens()
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Given.Postgres) { Pooling = false, Timeout = 5 }.ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

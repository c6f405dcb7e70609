using System.Diagnostics;
using Npgsql;

namespace Bus.Faults.Servers;

/// <summary>A database and a virtual host of a run's own: what an earlier run left is not its affair.</summary>
/// <param name="Name">Of both.</param>
internal sealed record Place(string Name)
{
    public string Postgres => new NpgsqlConnectionStringBuilder(Given.Postgres) { Database = Name }.ConnectionString;

    public Uri Rabbit => new UriBuilder(Given.Rabbit) { Path = Name }.Uri;

    public static async Task<Place> Create(string name)
    {
        await using var database = NpgsqlDataSource.Create(Given.Postgres);
        await using var command = database.CreateCommand($"create database \"{name}\"");
        await command.ExecuteNonQueryAsync();
        await RabbitControl("add_vhost", name);
        await RabbitControl("set_permissions", "-p", name, Given.Rabbit.UserInfo.Split(':')[0], ".*", ".*", ".*");
        return new Place(name);
    }

    /// <summary>The queues that hold messages, and how many.</summary>
    public async Task<IReadOnlyList<(string Name, int Messages)>> Queues()
    {
        var output = await RabbitControl("-q", "--no-table-headers", "list_queues", "-p", Name, "name", "messages");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(columns => columns is [_, not "0"])
            .Select(columns => (columns[0], int.Parse(columns[1], System.Globalization.CultureInfo.InvariantCulture)))];
    }

    private static async Task<string> RabbitControl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Given.RabbitRun, ["rabbitmqctl", .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new FaultsException($"rabbitmqctl {arguments[0]} ended with {process.ExitCode}.");
    }
}

using Bus.Contracts;
using Bus.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Bench.Log;

/// <summary>
/// An empty log in a database of its own, made and opened by the module itself: its schema, its settings of the connections.
/// The database is dropped at the end.
/// </summary>
internal sealed class LogDatabase : IAsyncDisposable
{
    private readonly string name;
    private readonly IHost host;

    private LogDatabase(string name, string connectionString, IHost host) => (this.name, ConnectionString, this.host) = (name, connectionString, host);

    public string ConnectionString { get; }

    public NpgsqlDataSource Database => host.Services.GetRequiredService<NpgsqlDataSource>();

    public EventStore Events => host.Services.GetRequiredService<EventStore>();

    /// <param name="name">The database.</param>
    /// <param name="connections">How many append at the same time.</param>
    public static async Task<LogDatabase> Create(string name, int connections)
    {
        await Administer($"drop database if exists {name} with (force)");
        await Administer($"create database {name}");
        var settings = new NpgsqlConnectionStringBuilder(Servers.Postgres) { Database = name };
        var connectionString = settings.ConnectionString;
        settings.MaxPoolSize = connections + 1; // one tells other processes of appends (AppendNotifier)
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("BUS_POSTGRES", (string?)settings.ConnectionString)]);
        builder.AddEventStore(EventNames.All);
        var host = builder.Build();
        await host.StartAsync();
        return new LogDatabase(name, connectionString, host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        await Administer($"drop database {name} with (force)");
    }

    private static async Task Administer(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Servers.Postgres);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

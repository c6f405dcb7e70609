using Bus.Contracts;
using Bus.Events;
using Bus.Events.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>An event log in a database of its own, without a system around it.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    private readonly string name;

    private TestLog(string name, string connectionString)
    {
        this.name = name;
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create($"{connectionString};Include Error Detail=true");
        Events = Store(TimeProvider.System);
    }

    /// <summary>For a connection of somebody else's, with Npgsql's own settings.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public EventStore Events { get; }

    /// <summary>With the schema.</summary>
    public static async Task<TestLog> Create()
    {
        var log = await CreateEmpty();
        await log.Upgrade();
        return log;
    }

    /// <summary>An empty database.</summary>
    public static async Task<TestLog> CreateEmpty()
    {
        var name = $"log_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        return new TestLog(name, await TestServers.CreateDatabase(name));
    }

    public EventStore Store(TimeProvider time) => new(Database, new EventTypes(EventNames.All), time);

    public Task Upgrade(params SchemaScripts[] further) => new SchemaUpgrade(
        Database, [SchemaScripts.Of(typeof(EventStore).Assembly), .. further], NoWait(), NullLogger<SchemaUpgrade>.Instance).Run(CancellationToken.None);

    /// <summary>A server that is not there is a failure at once.</summary>
    public static ServerWait NoWait() => new(Options.Create(new ServerWaitOptions()), TimeProvider.System, NullLogger<ServerWait>.Instance);

    public async Task Run(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs writes as the one statement that they are.</summary>
    public async Task Run(Writes writes)
    {
        await using var batch = Database.CreateBatch();
        batch.BatchCommands.Add(writes.Statement());
        await batch.ExecuteNonQueryAsync();
    }

    public async Task<T> One<T>(string sql) => (await Rows<T>(sql)).Single();

    /// <summary>The only column of some rows.</summary>
    public async Task<IReadOnlyList<T>> Rows<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetFieldValue<T>(0));
        return rows;
    }

    /// <summary>All that is stored of a stream, but for ids and sequence numbers.</summary>
    public Task<IReadOnlyList<string>> Stored(Guid stream) => Rows<string>($"""
        select concat_ws('|', s.type, s.version, s.tenant_id, s.is_archived,
            e.version, e.type, e.mt_dotnet_type, e.tenant_id, e.data, e.bdata, e.timestamp, e.is_archived)
        from mt_events e join mt_streams s on s.id = e.stream_id where stream_id = '{stream}' order by e.seq_id
        """);

    /// <summary>Until PostgreSQL says that a session of this database waits for a lock.</summary>
    public Task<long> SomebodyWaits() => Eventually.Get(
        () => One<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
        count => count > 0);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await TestServers.DropDatabase(name);
    }
}

/// <summary>Ids and events for tests of the log.</summary>
internal static class Some
{
    public static Guid Id() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>An event that tells its writer by its reason.</summary>
    public static TurnFailed Event(string reason = "some reason") =>
        new(Guid.Empty, Guid.Empty, Guid.Empty, reason, "", DateTimeOffset.UnixEpoch);
}

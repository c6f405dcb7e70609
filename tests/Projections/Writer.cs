using System.Data;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;

namespace Bus.Tests.Projections;

/// <summary>Somebody who appends in a transaction that is not over.</summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly EventStore events;
    private readonly NpgsqlConnection connection;

    private Writer(EventStore events, NpgsqlConnection connection) => (this.events, this.connection) = (events, connection);

    public int ProcessId => connection.ProcessID;

    /// <summary>Begins a transaction.</summary>
    /// <param name="log">The log.</param>
    /// <param name="port">Another way to its server, if wanted.</param>
    public static async Task<Writer> Begin(TestLog log, int? port = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(log.ConnectionString) { Pooling = false, ApplicationName = "writer" };
        if (port is { } relayed)
            (settings.Host, settings.Port) = ("127.0.0.1", relayed);
        var writer = new Writer(log.Events, new NpgsqlConnection(settings.ConnectionString));
        await writer.connection.OpenAsync();
        await writer.Run("begin");
        return writer;
    }

    /// <summary>Begins one and draws a number for an event of a stream of its own.</summary>
    public static async Task<Writer> BeginWith(TestLog log, string reason)
    {
        var writer = await Begin(log);
        await writer.Append(reason);
        return writer;
    }

    public Task Append(string reason) => Append(Some.Id(), 0, reason);

    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">Its version, or any.</param>
    /// <param name="reasons">An event for each.</param>
    public async Task Append(Guid stream, long? expectedVersion, params string[] reasons)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(events.AppendCommand(stream, "session", expectedVersion, [.. reasons.Select(Some.Event)]));
        await batch.ExecuteNonQueryAsync();
    }

    public Task Commit() => Run("commit");

    public Task RollBack() => Run("rollback");

    public async Task Run(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (connection.State == ConnectionState.Open)
            await connection.CloseAsync();
        await connection.DisposeAsync();
    }
}

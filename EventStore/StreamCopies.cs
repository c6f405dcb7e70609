using System.Data;
using Bus.Events.Daemon;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Events;

/// <summary>Streams as a whole, out of one log and into another.</summary>
/// <param name="database">Where the log is kept.</param>
/// <param name="signal">Is told of what is written; null when nobody here wants to know.</param>
public sealed class StreamCopies(NpgsqlDataSource database, AppendSignal? signal = null)
{
    private const string NewStream = """
        insert into mt_streams (id, type, version, created, timestamp, tenant_id) values ($1, $2, $3, $4, $5, '*DEFAULT*') on conflict (id) do nothing
        """;

    private const string NewEvents = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
        select nextval('mt_events_sequence'), id, $1, version, body, type, at, '*DEFAULT*', dotnet_type
        from (select * from unnest($2, $3, $4, $5, $6, $7) as copy (id, version, type, dotnet_type, body, at) order by version) as ordered
        """;

    /// <summary>What PostgreSQL has made of a body is compared, not what was written: it keeps neither spaces nor order.</summary>
    private const string FirstDifference = """
        select coalesce(stored.version, copy.version)
        from (select * from mt_events where stream_id = $1) as stored
        full join unnest($2, $3, $4, $5, $6, $7) as copy (id, version, type, dotnet_type, body, at) on copy.version = stored.version
        where (stored.id, stored.type, stored.mt_dotnet_type, stored.data::text, stored.timestamp)
            is distinct from (copy.id, copy.type, copy.dotnet_type, copy.body::text, copy.at)
        order by 1 limit 1
        """;

    /// <summary>A stream as it stands; null when there is none, or it is archived.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">An event is not kept as JSON: some other program has written it.</exception>
    public async Task<StreamCopy?> Read(Guid streamId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var command = Command(connection, $"select {RawLog.Columns} from mt_events where stream_id = $1 and not is_archived order by version", streamId);
        var events = await RawLog.Rows(command, cancellation);
        await using var row = Command(connection, """
            select type, created, timestamp, exists (select from mt_events where stream_id = $1 and bdata is not null)
            from mt_streams where id = $1 and not is_archived
            """, streamId);
        await using var reader = await row.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        if (reader.GetBoolean(3))
            throw new InvalidOperationException($"The stream {streamId} has events that are not kept as JSON.");
        return new StreamCopy(
            streamId, await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetString(0),
            reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), events);
    }

    /// <summary>Writes a stream as it was, in one transaction; its events get new numbers in the log.</summary>
    /// <param name="copy">The stream; its versions have no gaps.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when the very same stream is there already; then nothing is written.</returns>
    /// <exception cref="StreamExistsException">A stream of this id is there, and another.</exception>
    public async Task<bool> Write(StreamCopy copy, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var start = Command(
            connection, NewStream, copy.Id, copy.Type, (long)copy.Events.Count, copy.CreatedAt.UtcDateTime, copy.UpdatedAt.UtcDateTime);
        if (await start.ExecuteNonQueryAsync(cancellation) == 0)
        {
            await Compare(connection, copy, cancellation);
            return false;
        }

        await using var events = WithEvents(connection, NewEvents, copy);
        await events.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal?.AppendedHere();
        return true;
    }

    private static async Task Compare(NpgsqlConnection connection, StreamCopy copy, CancellationToken cancellation)
    {
        await using var archived = Command(connection, "select is_archived from mt_streams where id = $1", copy.Id);
        if (await archived.ExecuteScalarAsync(cancellation) is true)
            throw new StreamExistsException($"{copy.Id} is here already, and archived.");
        await using var difference = WithEvents(connection, FirstDifference, copy);
        if (await difference.ExecuteScalarAsync(cancellation) is long version)
            throw new StreamExistsException($"{copy.Id} is here already, and differs at version {version}.");
    }

    private static NpgsqlCommand WithEvents(NpgsqlConnection connection, string sql, StreamCopy copy)
    {
        var command = Command(connection, sql, copy.Id);
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.Id).ToArray() });
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.Version).ToArray() });
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.Name).ToArray() });
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.DotnetName).ToArray() });
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.Body).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = copy.Events.Select(e => e.Timestamp.UtcDateTime).ToArray() });
        return command;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter ?? DBNull.Value });
        return command;
    }
}

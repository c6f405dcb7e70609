using System.Text.Json;
using Bus.Events.Daemon;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Events;

/// <summary>The event log on PostgreSQL, in Marten's layout.</summary>
/// <param name="database">Where it is kept.</param>
/// <param name="types">The events it knows.</param>
/// <param name="time">The clock that stamps events.</param>
/// <param name="signal">Is told of each append; null when nobody here wants to know.</param>
public sealed partial class EventStore(NpgsqlDataSource database, EventTypes types, TimeProvider time, AppendSignal? signal = null) : IDisposable
{
    internal const string Tenant = "*DEFAULT*";
    private const string Archived = "MT001";
    private const string WrongVersion = "MT003";

    private readonly RecentEvents recent = new();

    /// <summary>Appends events to a stream in a transaction of its own.</summary>
    /// <param name="streamId">The stream; it is started when <paramref name="expectedVersion"/> is 0.</param>
    /// <param name="streamType">What kind of stream it is; used when it is started.</param>
    /// <param name="expectedVersion">The version that the stream is known to have; null appends at any version.</param>
    /// <param name="events">Records that the log knows, at least one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The stream's new version.</returns>
    /// <exception cref="StreamVersionConflictException">The stream is at another version.</exception>
    /// <exception cref="StreamArchivedException">The stream is archived.</exception>
    /// <exception cref="PostgresException">Nothing was written; <see cref="PostgresErrorCodes.DiskFull"/> when there is no room.</exception>
    public async Task<long> Append(
        Guid streamId, string streamType, long? expectedVersion, IReadOnlyList<object> events, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        try
        {
            var isAppended = expectedVersion is { } expected && events.Count <= AppendStatement.MostEvents
                && await AppendAt(streamId, streamType, expected, events, cancellation);
            var version = isAppended ? expectedVersion!.Value + events.Count : await AppendByFunction(streamId, streamType, expectedVersion, events, cancellation);
            signal?.AppendedHere();
            return version;
        }
        catch (PostgresException failure) when (RefusalOf(failure) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <returns>False when nothing was appended.</returns>
    private async Task<bool> AppendAt(
        Guid streamId, string streamType, long version, IReadOnlyList<object> events, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var command = database.CreateCommand(AppendStatement.For(starts: version == 0, events.Count));
        var places = command.Parameters;
        places.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        places.Add(new NpgsqlParameter<long> { TypedValue = version });
        places.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        foreach (var e in events)
        {
            var type = e.GetType();
            places.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(now) });
            places.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(e, type), NpgsqlDbType = NpgsqlDbType.Jsonb });
            places.Add(new NpgsqlParameter<string> { TypedValue = types.NameOf(type) });
            places.Add(new NpgsqlParameter<string> { TypedValue = types.DotnetNameOf(type) });
        }

        if (version == 0)
            places.Add(new NpgsqlParameter<string> { TypedValue = streamType });
        return await command.ExecuteNonQueryAsync(cancellation) == events.Count;
    }

    /// <summary>The function locks the stream first: it appends at any version, and tells what is wrong when it is not the one expected.</summary>
    private async Task<long> AppendByFunction(
        Guid streamId, string streamType, long? expectedVersion, IReadOnlyList<object> events, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(AppendCommand(streamId, streamType, expectedVersion, events));
        return ((long[])(await batch.ExecuteScalarAsync(cancellation))!)[0];
    }

    /// <summary>The statement that appends events, for a batch whose transaction is somebody else's.</summary>
    /// <inheritdoc cref="Append" path="/param"/>
    public NpgsqlBatchCommand AppendCommand(Guid streamId, string streamType, long? expectedVersion, IReadOnlyList<object> events)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        var now = time.GetUtcNow();
        return new NpgsqlBatchCommand("select mt_quick_append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        {
            Parameters =
            {
                new() { Value = streamId },
                new() { Value = streamType },
                new() { Value = Tenant },
                new() { Value = events.Select(_ => Guid.CreateVersion7(now)).ToArray() },
                new() { Value = events.Select(e => types.NameOf(e.GetType())).ToArray() },
                new() { Value = events.Select(e => types.DotnetNameOf(e.GetType())).ToArray() },
                new() { Value = events.Select(e => JsonSerializer.Serialize(e, e.GetType())).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                new() { Value = new byte[]?[events.Count], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new() { Value = events.Select(_ => now.UtcDateTime).ToArray() },
                new() { Value = (object?)expectedVersion ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
    }

    /// <summary>Adds an append to the writes of somebody else's statement, which fails when the stream is at another version or archived.</summary>
    /// <param name="writes">The statement; it can append to several streams, to each of them once.</param>
    /// <param name="streamId">The stream; it is started when <paramref name="expectedVersion"/> is 0.</param>
    /// <param name="streamType">What kind of stream it is; used when it is started.</param>
    /// <param name="expectedVersion">The version that the stream is known to have.</param>
    /// <param name="events">Records that the log knows, at least one.</param>
    /// <returns>The length of the events as JSON, in bytes.</returns>
    public int AppendTo(Writes writes, Guid streamId, string streamType, long expectedVersion, IReadOnlyList<object> events)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        var now = time.GetUtcNow();
        var (id, tenant, at, version) = (writes.Value(streamId), writes.Value(Tenant), writes.Time(now), writes.Value(expectedVersion + events.Count));
        var stream = writes.Add(expectedVersion == 0
            ? $"insert into mt_streams (id, type, version, tenant_id) values ({id}, {writes.Value(streamType)}, {version}, {tenant}) returning version"
            : $"update mt_streams set version = {version}, timestamp = now() where id = {id} and (version = {writes.Value(expectedVersion)} or is_archived) "
                + "returning case when is_archived then bus_stream_is_archived(id) else version end as version");

        // Where no stream was found there is no version, and an event without one fails the statement. One is enough.
        var json = events.Select(e => JsonSerializer.SerializeToUtf8Bytes(e, e.GetType())).ToList();
        var rows = events.Select((e, number) =>
            $"(nextval('mt_events_sequence'), {writes.Value(Guid.CreateVersion7(now))}, {id}, {(number == 0 ? $"(select version from {stream})" : version)} - {events.Count - 1 - number}, "
            + $"{writes.Jsonb(json[number])}, {writes.Value(types.NameOf(e.GetType()))}, {at}, {tenant}, {writes.Value(types.DotnetNameOf(e.GetType()))})");
        writes.Add($"insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type) values {string.Join(", ", rows)}");
        return json.Sum(body => body.Length);
    }

    /// <summary>Keeps at hand what <see cref="AppendTo"/> has appended, now that it is committed, and wakes who follows the log.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="before">The version before the events.</param>
    /// <param name="events">The events.</param>
    /// <param name="bytes">Their length as JSON.</param>
    public void Keep(Guid streamId, long before, IReadOnlyList<object> events, int bytes)
    {
        recent.Keep(streamId, before, events, bytes);
        signal?.AppendedHere();
    }

    /// <summary>Why PostgreSQL refused an append, as an exception that says so; null when the failure is another.</summary>
    public static Exception? RefusalOf(PostgresException failure) => failure switch
    {
        { SqlState: Archived } => new StreamArchivedException(failure.MessageText, failure),
        { SqlState: WrongVersion } => new StreamVersionConflictException(failure.MessageText, failure),
        { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pkey_mt_streams_id" or "pk_mt_events_stream_and_version" } =>
            new StreamVersionConflictException("Somebody else appended to the stream at the same time.", failure),
        { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "mt_events", ColumnName: "version" } =>
            new StreamVersionConflictException("The stream is at another version than expected.", failure),
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose() => recent.Dispose();
}

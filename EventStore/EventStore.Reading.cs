using System.Runtime.CompilerServices;
using Npgsql;

namespace Bus.Events;

/// <content>Reading a stream. What is archived is left out.</content>
public sealed partial class EventStore
{
    private const string Columns = "seq_id, stream_id, version, type, data, timestamp, id";

    /// <summary>The events of a stream, oldest first; empty when there is no such stream.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="fromVersion">The first version wanted.</param>
    /// <param name="toVersion">The last version wanted.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<IReadOnlyList<StoredEvent>> Read(
        Guid streamId, long fromVersion = 1, long toVersion = long.MaxValue, CancellationToken cancellation = default) =>
        All(Stream(streamId, fromVersion, toVersion, until: null, cancellation));

    /// <summary>The events of a stream as it stood at a time, oldest first; empty when it had none.</summary>
    /// <inheritdoc cref="Stream" path="/param"/>
    public Task<IReadOnlyList<StoredEvent>> Read(Guid streamId, DateTimeOffset until, CancellationToken cancellation = default) =>
        All(Stream(streamId, until: until, cancellation: cancellation));

    /// <summary>
    /// The events of a stream one by one, oldest first, as one statement sees them. They are not kept in memory; a connection
    /// is taken until the enumeration ends.
    /// </summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="fromVersion">The first version wanted.</param>
    /// <param name="toVersion">The last version wanted.</param>
    /// <param name="until">
    /// The time to which the stream is wanted: it ends before the first event that is later. Clocks of several processes may differ,
    /// so a later event may have an earlier time; the stream was never without the one between.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<StoredEvent> Stream(
        Guid streamId, long fromVersion = 1, long toVersion = long.MaxValue, DateTimeOffset? until = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        const string later = "(select min(version) from mt_events where stream_id = $1 and timestamp > $4 and not is_archived)";
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"select {Columns} from mt_events where stream_id = $1 and version between $2 and $3 and not is_archived "
            + (until is null ? "" : $"and version < coalesce({later}, {long.MaxValue}) ") + "order by version", connection);
        command.Parameters.Add(new() { Value = streamId });
        command.Parameters.Add(new() { Value = fromVersion });
        command.Parameters.Add(new() { Value = toVersion });
        if (until is { } time)
            command.Parameters.Add(new() { Value = time.UtcDateTime });

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ended = false;
        try
        {
            while (await reader.ReadAsync(cancellation))
                yield return Stored(reader);
            ended = true;
        }
        finally
        {
            // Whoever has seen enough does not wait for the rest to come over the wire.
            if (!ended)
                command.Cancel();
        }
    }

    /// <summary>The state that follows from a stream's events, one by one.</summary>
    /// <typeparam name="TState">The state.</typeparam>
    /// <param name="streamId">The stream.</param>
    /// <param name="evolve">The state after an event, from the state before it; before the first there is none.</param>
    /// <param name="toVersion">The last version that counts.</param>
    /// <param name="until">The time that counts, as <see cref="Stream"/> takes it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Nothing when there is no such stream.</returns>
    public async Task<TState?> Aggregate<TState>(
        Guid streamId, Func<TState?, StoredEvent, TState?> evolve, long toVersion = long.MaxValue, DateTimeOffset? until = null,
        CancellationToken cancellation = default)
    {
        var state = default(TState);
        await foreach (var stored in Stream(streamId, 1, toVersion, until, cancellation))
            state = evolve(state, stored);
        return state;
    }

    /// <summary>
    /// The last events of some kinds, newest first, up to a version. May be answered from memory, and then for some minutes
    /// gives what another process has erased or archived.
    /// </summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="toVersion">The last version wanted.</param>
    /// <param name="kinds">The records wanted.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<StreamEvent>> ReadLast(
        Guid streamId, long toVersion, IReadOnlyCollection<Type> kinds, int count, CancellationToken cancellation = default) =>
        recent.Last(streamId, toVersion, kinds, count) ?? await Query(
            $"select {Columns} from mt_events where stream_id = $1 and version <= $2 and type = any($3) and not is_archived order by version desc limit $4",
            cancellation, streamId, toVersion, kinds.Select(types.NameOf).ToArray(), count);

    /// <summary>
    /// Some events of a stream by their versions, oldest first; versions that do not exist are left out. They may come from memory,
    /// but never of a stream that is erased or archived meanwhile: the database is asked how far the stream is. Erased it is at 1.
    /// </summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="versions">The versions wanted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<StreamEvent>> ReadVersions(
        Guid streamId, IReadOnlyCollection<long> versions, CancellationToken cancellation = default) =>
        recent.Of(streamId, versions) is var (events, last) && await IsAt(streamId, last, cancellation)
            ? events
            : await Query(
                $"select {Columns} from mt_events where stream_id = $1 and version = any($2) and not is_archived order by version",
                cancellation, streamId, versions.ToArray());

    /// <summary>The version that a stream is at; null when there is no such stream, or it is archived.</summary>
    public async Task<long?> Version(Guid streamId, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand("select version from mt_streams where id = $1 and not is_archived");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>Events do not change while their stream is there; a stream that is made anew begins at 1.</summary>
    private async Task<bool> IsAt(Guid streamId, long version, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select 1 from mt_streams where id = $1 and version >= $2 and not is_archived");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        return version > 1 && await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private async Task<IReadOnlyList<StoredEvent>> Query(string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });

        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            events.Add(Stored(reader));
        return events;
    }

    private static async Task<IReadOnlyList<StoredEvent>> All(IAsyncEnumerable<StoredEvent> stream)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in stream)
            events.Add(stored);
        return events;
    }

    private StoredEvent Stored(NpgsqlDataReader reader)
    {
        var name = reader.GetString(3);
        return new StoredEvent(
            reader.GetInt64(0), reader.GetGuid(6), reader.GetGuid(1), reader.GetInt64(2), name,
            types.Read(name, reader.GetFieldValue<byte[]>(4)), reader.GetFieldValue<DateTimeOffset>(5));
    }
}

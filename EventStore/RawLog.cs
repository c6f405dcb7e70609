using System.Runtime.CompilerServices;
using Bus.Events.Daemon;
using Npgsql;

namespace Bus.Events;

/// <summary>The log as its rows have it, for people who look into it. What is archived is left out.</summary>
/// <param name="database">Where it is kept.</param>
public sealed class RawLog(NpgsqlDataSource database)
{
    internal const string Columns = "seq_id, id, stream_id, version, type, mt_dotnet_type, data::text, timestamp";

    // Of numbers drawn before somebody begins to follow, so many are looked at again: their events may still be on their way.
    private const long LookedAtAgain = 1000;

    private const int Page = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The events of a stream, oldest first; empty when there is no such stream.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="toVersion">The last version wanted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<RawEvent>> Read(Guid streamId, long toVersion = long.MaxValue, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from mt_events where stream_id = $1 and version <= $2 and not is_archived order by version");
        command.Parameters.Add(new() { Value = streamId });
        command.Parameters.Add(new() { Value = toVersion });
        return await Rows(command, cancellation);
    }

    /// <summary>
    /// The events of the whole log as they come, in the order of their numbers, until it is given up. A number is passed only when
    /// nobody can commit it any more, so an event that is late is waited for and not skipped.
    /// </summary>
    /// <param name="from">The first number wanted; null begins with what comes next.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<RawEvent> Follow(long? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Execute(connection, $"listen {AppendNotifier.Channel}", cancellation);
        try
        {
            var water = new HighWater(from - 1 ?? await LookAgainFrom(connection, cancellation));
            var position = water.Mark;
            if (from is null)
            {
                await PageReader.Look(database, water, cancellation);
                position = water.Mark;
            }

            while (true)
            {
                await PageReader.Look(database, water, cancellation);
                while (await After(connection, position, water.Mark, cancellation) is { Count: > 0 } events)
                {
                    foreach (var stored in events)
                        yield return stored;
                    position = events[^1].Sequence;
                }

                position = Math.Max(position, water.Mark);
                await connection.WaitAsync(water.IsBehind ? ShortInterval : Interval, cancellation);
            }
        }
        finally
        {
            // The connection goes back to the pool, where it is not reset.
            if (connection.State == System.Data.ConnectionState.Open)
                await Execute(connection, "unlisten *", CancellationToken.None);
        }
    }

    private static async Task<long> LookAgainFrom(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select greatest(coalesce(pg_sequence_last_value('mt_events_sequence'), 0) - $1, 0)", connection)
        {
            Parameters = { new() { Value = LookedAtAgain } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<IReadOnlyList<RawEvent>> After(NpgsqlConnection connection, long position, long mark, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from mt_events where seq_id > $1 and seq_id <= $2 and not is_archived order by seq_id limit {Page}", connection)
        {
            Parameters = { new() { Value = position }, new() { Value = mark } },
        };
        return await Rows(command, cancellation);
    }

    internal static async Task<IReadOnlyList<RawEvent>> Rows(NpgsqlCommand command, CancellationToken cancellation)
    {
        var events = new List<RawEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(new RawEvent(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetString(4),
                await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5), reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return events;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

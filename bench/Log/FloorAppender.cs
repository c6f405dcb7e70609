using System.Text;
using Bus.Contracts;
using Bus.Events;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Bench.Log;

/// <summary>
/// The floor: the same rows on bare Npgsql. One connection held for good, statements prepared once and their parameters
/// used again, JSON made beforehand; the stream's row and all rows of events in one round trip and one commit. It does not
/// look whether the stream was at the version that it expected.
/// </summary>
internal sealed class FloorAppender : IAppender
{
    private const int Shared = 3;
    private const int PerEvent = 5;

    private readonly NpgsqlConnection connection;
    private readonly Row[][] appends;
    private readonly Statements start;
    private readonly Statements further;

    private FloorAppender(NpgsqlConnection connection, Row[][] appends)
    {
        this.connection = connection;
        this.appends = appends;
        start = new Statements(connection, "insert into mt_streams (id, type, version, tenant_id) values ($1, 'session', $2, $3)", appends[0].Length);
        further = new Statements(connection, "update mt_streams set version = $2, timestamp = now() where id = $1 and tenant_id = $3", appends[0].Length);
    }

    public static async Task<FloorAppender> Open(NpgsqlDataSource database, object[][] appends)
    {
        var types = new EventTypes(EventNames.All);
        var rows = appends.Select(events => events.Select(e => new Row(types.NameOf(e.GetType()), types.DotnetNameOf(e.GetType()), LogEvents.Json(e))).ToArray());
        var appender = new FloorAppender(await database.OpenConnectionAsync(), [.. rows]);
        await appender.start.Batch.PrepareAsync();
        await appender.further.Batch.PrepareAsync();
        return appender;
    }

    public Task Append(Guid stream, long version, int number) => (version == 0 ? start : further).Run(stream, version, appends[number]);

    public async ValueTask DisposeAsync()
    {
        await start.Batch.DisposeAsync();
        await further.Batch.DisposeAsync();
        await connection.DisposeAsync();
    }

    private sealed record Row(string Name, string DotnetName, byte[] Json);

    private sealed class Statements
    {
        private readonly NpgsqlBatchCommand toStream;
        private readonly NpgsqlBatchCommand toEvents;

        public Statements(NpgsqlConnection connection, string stream, int events)
        {
            toStream = new NpgsqlBatchCommand(stream)
            {
                Parameters = { new NpgsqlParameter<Guid>(), new NpgsqlParameter<long>(), new NpgsqlParameter<string> { TypedValue = "*DEFAULT*" } },
            };
            var sql = new StringBuilder("insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type) values ");
            toEvents = new NpgsqlBatchCommand
            {
                Parameters = { new NpgsqlParameter<Guid>(), new NpgsqlParameter<DateTime> { NpgsqlDbType = NpgsqlDbType.TimestampTz }, new NpgsqlParameter<string> { TypedValue = "*DEFAULT*" } },
            };
            for (var number = 0; number < events; number++)
            {
                var first = Shared + 1 + (number * PerEvent);
                sql.Append(number == 0 ? "" : ", ")
                    .Append($"(nextval('mt_events_sequence'), ${first}, $1, ${first + 1}, ${first + 2}, ${first + 3}, $2, $3, ${first + 4})");
                toEvents.Parameters.Add(new NpgsqlParameter<Guid>());
                toEvents.Parameters.Add(new NpgsqlParameter<long>());
                toEvents.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = [], NpgsqlDbType = NpgsqlDbType.Jsonb });
                toEvents.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
                toEvents.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "" });
            }

            toEvents.CommandText = sql.ToString();
            Batch = new NpgsqlBatch(connection) { BatchCommands = { toStream, toEvents } };
        }

        public NpgsqlBatch Batch { get; }

        public Task<int> Run(Guid stream, long version, Row[] rows)
        {
            var now = TimeProvider.System.GetUtcNow();
            Set(toStream, 0, stream);
            Set(toStream, 1, version + rows.Length);
            Set(toEvents, 0, stream);
            Set(toEvents, 1, now.UtcDateTime);
            for (var number = 0; number < rows.Length; number++)
            {
                var first = Shared + (number * PerEvent);
                Set(toEvents, first, Guid.CreateVersion7(now));
                Set(toEvents, first + 1, version + 1 + number);
                Set(toEvents, first + 2, rows[number].Json);
                Set(toEvents, first + 3, rows[number].Name);
                Set(toEvents, first + 4, rows[number].DotnetName);
            }

            return Batch.ExecuteNonQueryAsync();
        }

        private static void Set<T>(NpgsqlBatchCommand command, int place, T value) => ((NpgsqlParameter<T>)command.Parameters[place]).TypedValue = value;
    }
}

using Bus.Contracts;
using Bus.Events;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Bench.Log;

/// <summary>Makes a long log quickly: sessions that all go on at the same time, so that each stream lies all over the log.</summary>
internal static class LogFiller
{
    /// <summary>Ids are spread evenly, as those of sessions are.</summary>
    private const string Streams = """
        insert into mt_streams (id, type, version) select md5(s::text)::uuid, 'session', $2 from generate_series(1, $1) as s
        """;

    private const string Events = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
        select ($2 - 1) * $1::bigint + s, md5(s || '/' || $2)::uuid, md5(s::text)::uuid, $2, $3, $4, now(), $5 from generate_series(1, $1) as s
        """;

    public static async Task Fill(LogDatabase log, int streams, int eventsOfStream)
    {
        await Run(log, "alter table mt_events disable trigger all"); // each row's stream is known to be there
        await Run(log, Streams, streams, eventsOfStream);
        var types = new EventTypes(EventNames.All);
        for (var version = 1; version <= eventsOfStream; version++)
        {
            var stored = version == 1 ? LogEvents.Started : LogEvents.Of(1, version)[0];
            await Run(
                log, Events, streams, version, new NpgsqlParameter<byte[]> { TypedValue = LogEvents.Json(stored), NpgsqlDbType = NpgsqlDbType.Jsonb },
                types.NameOf(stored.GetType()), types.DotnetNameOf(stored.GetType()));
        }

        await Run(log, $"select setval('mt_events_sequence', {streams * eventsOfStream})");
        await Run(log, "alter table mt_events enable trigger all");
        await Run(log, "vacuum analyze mt_streams");
        await Run(log, "vacuum analyze mt_events");
        await Run(log, "checkpoint");
    }

    private static async Task Run(LogDatabase log, string sql, params object[] values)
    {
        await using var command = log.Database.CreateCommand(sql);
        command.CommandTimeout = 600;
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}

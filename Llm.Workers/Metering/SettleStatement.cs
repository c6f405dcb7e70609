using Bus.Llm.Metering.Limiting;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Metering;

/// <summary>What became of the settlements of a statement, by their numbers from 1; those that are not named are settled, now or before.</summary>
/// <param name="WasLost">Settled by somebody who took this process for dead.</param>
/// <param name="Unknown">Nothing is known of them: the reservation was lost in a crash of PostgreSQL.</param>
internal sealed record Settled(int[] WasLost, int[] Unknown);

/// <summary>The statement that settles some attempts (<c>bus_settle</c>), with the lists that it is filled from.</summary>
internal sealed class SettleStatement
{
    private readonly List<Guid> ids = [];
    private readonly List<Guid> eventIds = [];
    private readonly List<byte[]> bodies = [];

    /// <summary>What is added to counters: what was taken beyond what was put aside.</summary>
    public Raises Raises { get; } = new();

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        ids.Clear();
        eventIds.Clear();
        bodies.Clear();
        Raises.Clear();
    }

    /// <summary>Adds a settlement.</summary>
    /// <returns>Its number, from 1.</returns>
    public int Add(Guid attemptId, byte[] body)
    {
        ids.Add(attemptId);
        eventIds.Add(LedgerIds.Settled(attemptId));
        bodies.Add(body);
        return ids.Count;
    }

    /// <summary>The statement; its transaction does not wait for the disk.</summary>
    /// <param name="known">The version of the limits that the settlements were compared with.</param>
    /// <param name="areLost">They are of processes that are dead.</param>
    /// <param name="now">When.</param>
    public NpgsqlBatchCommand Command(long known, bool areLost, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("select was_lost, unknown from bus_settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
        var places = command.Parameters;
        places.Add(new NpgsqlParameter<long> { TypedValue = known });
        places.Add(new NpgsqlParameter<bool> { TypedValue = areLost });
        places.Add(new NpgsqlParameter<List<Guid>> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        places.Add(new NpgsqlParameter<List<Guid>> { TypedValue = eventIds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        places.Add(new NpgsqlParameter<List<byte[]>> { TypedValue = bodies, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        places.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        Raises.AddTo(places, withLimits: false);
        return command;
    }

    /// <summary>What the statement answers.</summary>
    public static async Task<Settled> Read(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation);
        return new Settled(reader.GetFieldValue<int[]>(0), reader.GetFieldValue<int[]>(1));
    }
}

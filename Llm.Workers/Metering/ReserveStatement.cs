using Bus.Llm.Metering.Limiting;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Metering;

/// <summary>What became of the reservations of a statement.</summary>
/// <param name="Version">Of the stream now; 0 when nothing was appended.</param>
/// <param name="Refused">Those that were refused, by their numbers from 1.</param>
/// <param name="By">The raise that each was refused for, from 1.</param>
/// <param name="Used">What had been used of that counter.</param>
/// <param name="Previous">What had been used in the minute before.</param>
internal sealed record Reserved(long Version, int[] Refused, int[] By, long[] Used, long[] Previous);

/// <summary>The statement that puts aside what some calls may take (<c>bus_reserve</c>), with the lists that it is filled from.</summary>
internal sealed class ReserveStatement : IAsyncDisposable
{
    private readonly NpgsqlParameter<long> known = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<Guid> run = new() { NpgsqlDbType = NpgsqlDbType.Uuid };
    private readonly NpgsqlParameter<Guid> stream = new() { NpgsqlDbType = NpgsqlDbType.Uuid };
    private readonly NpgsqlParameter<bool> isAgain = new() { NpgsqlDbType = NpgsqlDbType.Boolean };
    private readonly NpgsqlParameter<DateTime> at = new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };
    private readonly List<Guid> ids = [];
    private readonly List<Guid> eventIds = [];
    private readonly List<byte[]> bodies = [];
    private readonly NpgsqlCommand command = new(
        "select version, refused, refused_by, refused_used, refused_previous from "
        + "bus_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)");

    public ReserveStatement()
    {
        var places = command.Parameters;
        foreach (var place in (NpgsqlParameter[])[known, run, stream, isAgain])
            places.Add(place);
        places.Add(new NpgsqlParameter<List<Guid>> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        places.Add(new NpgsqlParameter<List<Guid>> { TypedValue = eventIds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        places.Add(new NpgsqlParameter<List<byte[]>> { TypedValue = bodies, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        places.Add(at);
        Raises.AddTo(places, withLimits: true);
    }

    /// <summary>What the calls count against.</summary>
    public Raises Raises { get; } = new();

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        ids.Clear();
        eventIds.Clear();
        bodies.Clear();
        Raises.Clear();
    }

    /// <summary>Adds a call.</summary>
    /// <returns>Its number, from 1.</returns>
    public int Add(OpenAttempt attempt)
    {
        ids.Add(attempt.Reservation.AttemptId);
        eventIds.Add(LedgerIds.Reserved(attempt.Reservation.AttemptId));
        bodies.Add(attempt.Body);
        return ids.Count;
    }

    /// <summary>
    /// Sends what is to be written. When the call returns it is on its way, and would be written even if this process ended; when the task that it gives is over, PostgreSQL has
    /// committed.
    /// </summary>
    /// <param name="kept">Where.</param>
    /// <param name="known">The version of the limits that the calls were compared with.</param>
    /// <param name="run">Whose calls they are.</param>
    /// <param name="stream">Where they are kept.</param>
    /// <param name="isAgain">It is not known whether they were written before.</param>
    /// <param name="now">When.</param>
    public async ValueTask<Task<Reserved>> Send(KeptConnection kept, long known, Guid run, Guid stream, bool isAgain, DateTimeOffset now)
    {
        (this.known.TypedValue, this.run.TypedValue, this.stream.TypedValue, this.isAgain.TypedValue, at.TypedValue) = (known, run, stream, isAgain, now.UtcDateTime);
        var (connection, isNew) = await kept.Get(CancellationToken.None);
        command.Connection = connection;
        if (isNew)
            await command.PrepareAsync(CancellationToken.None);
        return Read(command.ExecuteReaderAsync(CancellationToken.None));
    }

    private static async Task<Reserved> Read(Task<NpgsqlDataReader> sent)
    {
        await using var reader = await sent;
        await reader.ReadAsync(CancellationToken.None);
        return new Reserved(
            reader.GetInt64(0), reader.GetFieldValue<int[]>(1), reader.GetFieldValue<int[]>(2), reader.GetFieldValue<long[]>(3), reader.GetFieldValue<long[]>(4));
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();
}

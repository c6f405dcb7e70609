using Bus.Events;
using Npgsql;

namespace Bus.Llm.Metering.Limiting;

/// <summary>
/// The limits as this process knows them. Each statement of the ledger tells which version it was made with, and PostgreSQL refuses one that is out of date: so a
/// change holds for whoever waits for PostgreSQL from the moment of its commit, for all others a moment later (<see cref="Believed"/>), and nobody has to look for it.
/// </summary>
internal sealed class LimitBook(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// How long it is believed that the limits are those that PostgreSQL had, from before it was asked. Whoever is not limited need not wait for it then; whoever makes a limit
    /// says so when that time is over.
    /// </summary>
    public static readonly TimeSpan Believed = TimeSpan.FromMilliseconds(50);

    private volatile KnownLimits known = KnownLimits.Nothing;

    /// <summary>What is known.</summary>
    public KnownLimits Known => known;

    /// <summary>Reads them again.</summary>
    public async Task Read(CancellationToken cancellation)
    {
        // One statement, so that they are of one moment.
        await using var command = database.Statement($"""
            select v.version, c.subject, c.unit, c.time_window, {LimitRows.Columns("l")} from llm_counting v
            left join llm_counted c on true
            left join llm_limits l on l.subject = c.subject and l.unit = c.unit and l.time_window = c.time_window
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (version, counted, limits) = (0L, new List<CounterKind>(), new List<Limit>());
        while (await reader.ReadAsync(cancellation))
        {
            version = reader.GetInt64(0);
            if (!await reader.IsDBNullAsync(1, cancellation))
                counted.Add(new CounterKind(reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            if (!await reader.IsDBNullAsync(4, cancellation))
                limits.Add(LimitRows.Read(reader, 4));
        }

        known = new KnownLimits(version, counted, limits);
    }

    /// <summary>Has further kinds counted from now on, with what the ledger has of them.</summary>
    public async Task Count(IReadOnlyCollection<CounterKind> kinds, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Count(connection, kinds, time.GetUtcNow(), cancellation);
        await Read(cancellation);
    }

    /// <summary>Counts anew what is counted, in the transaction of a connection.</summary>
    public static Task Recount(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation) => connection.Run(
        "select bus_count(array_agg(subject), array_agg(unit), array_agg(time_window), $1) from llm_counted having count(*) > 0", cancellation, now.UtcDateTime);

    /// <summary>Has kinds counted anew, in the transaction of a connection.</summary>
    public static Task Count(NpgsqlConnection connection, IReadOnlyCollection<CounterKind> kinds, DateTimeOffset now, CancellationToken cancellation) => connection.Run(
        "select bus_count($1, $2, $3, $4)", cancellation,
        kinds.Select(kind => kind.Subject).ToArray(), kinds.Select(kind => kind.Unit).ToArray(), kinds.Select(kind => kind.Window).ToArray(), now.UtcDateTime);
}

using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>
/// A connection that holds an advisory lock for each projection that this process leads, and hears of appends. The locks go
/// with the connection. A process that stands still does not ask anything, and PostgreSQL then ends its connection.
/// </summary>
internal sealed class Leadership(NpgsqlDataSource database, IReadOnlyList<Projection> projections, AppendSignal signal, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? connection;

    /// <summary>Opens the connection.</summary>
    public async Task Open(CancellationToken cancellation)
    {
        connection = await database.OpenConnectionAsync(cancellation);
        connection.Notification += (_, _) => signal.AppendedElsewhere();
        await Execute($"set idle_session_timeout = '10s'; set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3; listen {AppendNotifier.Channel}", cancellation);
    }

    /// <summary>The projections that this process leads; another list when they change.</summary>
    public IReadOnlyList<Projection> Led { get; private set; } = [];

    /// <summary>Takes what nobody leads, and listens, until the connection is gone, and with it the locks.</summary>
    public async Task Keep(CancellationToken cancellation)
    {
        while (true)
        {
            await Take(cancellation);
            var taken = time.GetTimestamp();
            // Whole milliseconds: Npgsql takes what is less than one for a wait without end.
            for (var left = Interval; left > TimeSpan.Zero; left = Interval - time.GetElapsedTime(taken))
                await connection!.WaitAsync((int)Math.Ceiling(left.TotalMilliseconds), cancellation);
        }
    }

    private async Task Take(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select name from unnest($1) as p (name) where pg_try_advisory_lock(hashtextextended('bus projection ' || name, 0))", connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. projections.Except(Led).Select(p => p.Name)] } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            taken.Add(reader.GetString(0));
        if (taken.Count == 0)
            return;
        Led = [.. projections.Where(p => taken.Contains(p.Name) || Led.Contains(p))];
        signal.IsAllLedHere = Led.Count == projections.Count;
        signal.AppendedElsewhere(); // and nobody has looked since
    }

    /// <summary>Pooled connections are not reset, so this one is left as it was.</summary>
    public async ValueTask DisposeAsync()
    {
        signal.IsAllLedHere = false;
        if (connection is null)
            return;
        try
        {
            await Execute("select pg_advisory_unlock_all(); unlisten *; reset idle_session_timeout; reset tcp_keepalives_idle; reset tcp_keepalives_interval; reset tcp_keepalives_count", CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            // It is gone, and the locks with it.
        }

        await connection.DisposeAsync();
    }

    private async Task Execute(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

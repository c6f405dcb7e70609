using Npgsql;

namespace Bus.Ingress.Intake;

/// <summary>
/// The right to be told what happens to a bot, which one process has at a time: an advisory lock on a connection of its own, which goes with the
/// connection. A process that stands still says nothing on it, and PostgreSQL then ends it.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    /// <summary>How often whoever has it shows that it is alive, and whoever wants it tries.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly NpgsqlConnection connection;

    private Lease(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Takes it, unless another process has it.</summary>
    /// <param name="database">Where it is kept.</param>
    /// <param name="name">For what: all processes use the same.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Lease?> Take(NpgsqlDataSource database, string name, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('bus ' || $1, 0))", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = name } },
            };
            if ((bool)(await command.ExecuteScalarAsync(cancellation))!)
            {
                await using var alive = new NpgsqlCommand(
                    "set idle_session_timeout = '5s'; set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3", connection);
                await alive.ExecuteNonQueryAsync(cancellation);
                return new Lease(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Returns, by throwing, when it is lost.</summary>
    /// <exception cref="NpgsqlException">The connection is gone, and the lease with it.</exception>
    public async Task Keep(TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellation);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancellation);
        }
    }

    /// <summary>Pooled connections are not reset, so this one is left as it was.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand(
                "select pg_advisory_unlock_all(); reset idle_session_timeout; reset tcp_keepalives_idle; reset tcp_keepalives_interval; reset tcp_keepalives_count", connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            // It is gone, and the lease with it.
        }

        await connection.DisposeAsync();
    }
}

using Bus.Events.Projections;
using Npgsql;

namespace Bus.Events.Rebuild;

/// <summary>Lets one process at a time rebuild a projection; it goes with the connection.</summary>
internal sealed class RebuildLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private RebuildLock(NpgsqlConnection connection) => this.connection = connection;

    /// <exception cref="InvalidOperationException">Somebody else has it.</exception>
    public static async Task<RebuildLock> Take(NpgsqlDataSource database, Projection projection, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('bus rebuild ' || $1, 0))", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = projection.Name } },
        };
        if ((bool)(await command.ExecuteScalarAsync(cancellation))!)
            return new RebuildLock(connection);
        await connection.DisposeAsync();
        throw new InvalidOperationException($"{projection.Name} is being rebuilt by another process.");
    }

    public async ValueTask DisposeAsync()
    {
        await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
        try
        {
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            // It is gone, and the lock with it.
        }

        await connection.DisposeAsync();
    }
}

using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>A connection that a writer keeps for itself, so that its statements stay prepared on it and it waits for nobody.</summary>
internal sealed class KeptConnection(NpgsqlDataSource database) : IAsyncDisposable
{
    private NpgsqlConnection? connection;

    /// <summary>The connection, and whether it is a new one.</summary>
    public async ValueTask<(NpgsqlConnection Connection, bool IsNew)> Get(CancellationToken cancellation)
    {
        if (connection is { FullState: System.Data.ConnectionState.Open } open)
            return (open, false);
        await Drop();
        connection = await database.OpenConnectionAsync(cancellation);
        return (connection, true);
    }

    /// <summary>Gives it up: nobody knows what became of it.</summary>
    public async ValueTask Drop()
    {
        if (connection is not { } old)
            return;
        connection = null;
        try
        {
            await old.DisposeAsync();
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException or IOException)
        {
            // It was broken; that is why.
        }
    }

    public ValueTask DisposeAsync() => Drop();
}

using Npgsql;

namespace Bus.Bench.Turns;

/// <summary>Looks now and then at what PostgreSQL's sessions are busy with or wait for.</summary>
internal sealed class DatabaseWaits : IAsyncDisposable
{
    private const string Sql = """
        select case when state = 'active' then coalesce(wait_event_type || ' ' || wait_event, 'running') else state end, count(*)
        from pg_stat_activity
        where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
        group by 1
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource database;
    private readonly CancellationTokenSource stop = new();
    private readonly Task<Dictionary<string, double>> looking;

    public DatabaseWaits(NpgsqlDataSource database)
    {
        this.database = database;
        looking = Look();
    }

    /// <summary>Sessions in each state, on average.</summary>
    public async Task<Dictionary<string, double>> Stop()
    {
        await stop.CancelAsync();
        return await looking;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stop.Dispose();
    }

    private async Task<Dictionary<string, double>> Look()
    {
        var sessions = new Dictionary<string, double>();
        var looks = 0;
        while (!stop.IsCancellationRequested)
        {
            await using var command = database.CreateCommand(Sql);
            await using var reader = await command.ExecuteReaderAsync();
            looks++;
            while (await reader.ReadAsync())
                sessions[reader.GetString(0)] = sessions.GetValueOrDefault(reader.GetString(0)) + reader.GetInt64(1);
            await Task.Delay(Interval, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return sessions.ToDictionary(state => state.Key, state => state.Value / looks);
    }
}

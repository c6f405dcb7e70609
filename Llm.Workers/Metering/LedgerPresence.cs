using Bus.Events;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Metering;

/// <summary>
/// Shows that this process is alive: a connection that holds the lock of its run. Each second it tells what running attempts have taken so far. When it is lost, other
/// processes settle what is open here as lost; a process that stands still asks nothing, and PostgreSQL then ends its connection.
/// </summary>
internal sealed partial class LedgerPresence(
    NpgsqlDataSource database, LedgerRun run, OpenAttempts open, SettlementWriter settlements, TimeProvider time, ILogger<LedgerPresence> log) : IAsyncDisposable
{
    /// <summary>The lock of a run; whoever gets it knows that the process is dead.</summary>
    public const string Lock = "hashtextextended('bus ledger ' || $1::uuid::text, 0)";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? connection;

    /// <summary>Takes the lock.</summary>
    public async Task Begin(CancellationToken cancellation)
    {
        connection = await database.OpenConnectionAsync(cancellation);
        foreach (var statement in (string[])["set idle_session_timeout = '10s'", "set tcp_keepalives_idle = 2", "set tcp_keepalives_interval = 1", "set tcp_keepalives_count = 3"])
            await connection.Run(statement, cancellation);
        await connection.Run($"select pg_advisory_lock({Lock})", cancellation, run.Id);
    }

    /// <summary>Keeps it, and takes it again when it is lost.</summary>
    public async Task Keep(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (connection is null)
                {
                    await Begin(stopping);
                    settlements.Restore();
                    LogBack();
                }

                await Tell(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                LogLost(failure.Message);
                await End();
            }

            await Task.Delay(Interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells what running attempts have taken so far; without anything to tell it asks for nothing, which keeps the connection.</summary>
    public async Task Tell(CancellationToken cancellation)
    {
        var changed = open.TakeChanged();
        try
        {
            await using var command = new NpgsqlCommand(
                """
                with told as (select set_config('synchronous_commit', 'off', true)),
                -- What is being settled at the moment needs it no more, and must not be waited for: whoever settles may wait for one of these.
                free as (select attempt_id from llm_open where attempt_id = any($1) for update skip locked)
                update llm_open o set input = n.input, output = n.output, cached = n.cached, reasoning = n.reasoning, provider_call_id = n.call_id
                from told, free join unnest($1, $2, $3, $4, $5, $6) as n (attempt_id, input, output, cached, reasoning, call_id) using (attempt_id)
                where o.attempt_id = free.attempt_id
                """,
                connection);
            command.Parameters.Add(new() { Value = changed.Select(attempt => attempt.Reservation.AttemptId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
            foreach (var count in (IEnumerable<int?[]>)[
                [.. changed.Select(attempt => attempt.SoFar?.Input)], [.. changed.Select(attempt => attempt.SoFar?.Output)],
                [.. changed.Select(attempt => attempt.SoFar?.Cached)], [.. changed.Select(attempt => attempt.SoFar?.Reasoning)]])
            {
                command.Parameters.Add(new() { Value = count, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            }

            command.Parameters.Add(new() { Value = changed.Select(attempt => attempt.ProviderCallId?.Replace('\0', '\uFFFD')).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch
        {
            foreach (var attempt in changed)
                attempt.Untell();
            throw;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public async Task End()
    {
        if (connection is not { } old)
            return;
        connection = null;
        try
        {
            // Pooled connections are not reset, so this one is left as it was.
            foreach (var statement in (string[])["select pg_advisory_unlock_all()", "reset idle_session_timeout", "reset tcp_keepalives_idle", "reset tcp_keepalives_interval", "reset tcp_keepalives_count"])
                await old.Run(statement, CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException or IOException)
        {
            // It is gone, and the lock with it.
        }

        await old.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await End();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger has lost its connection; other processes will settle what is open here, if that lasts: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The ledger has its connection again")]
    private partial void LogBack();
}

using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events.Servers;

/// <summary>
/// Ends the sessions of processes that stand still in the middle of a transaction: stopped, swapped out, on a machine that is paused. The
/// rows they have locked stay locked, and a number of the log that they have drawn may still be committed, so that others wait for them.
/// PostgreSQL itself ends such a session only when it is between two statements, not when half of what a client sends at once has come.
/// It is no harm to a process that waits for somebody else meanwhile (the sweeper, for a broker): it finds its connection ended and begins anew.
/// </summary>
internal sealed partial class FrozenSessions(NpgsqlDataSource database, TimeProvider time, ILogger<FrozenSessions> log)
    : Sweeper(TimeSpan.FromSeconds(10), time, log)
{
    private HashSet<(int, DateTime)> before = [];

    /// <summary>Ends those that have done nothing since the look before. One at work is seen waiting for its client, too, but not twice with nothing done.</summary>
    protected override async Task Sweep(CancellationToken cancellation)
    {
        var waiting = await Waiting(cancellation);
        foreach (var (session, since) in waiting.Intersect(before))
            await End(session, since, cancellation);
        before = waiting;
    }

    /// <summary>Who has written something, has not committed it, and is waited for by PostgreSQL, with the time of what it did last.</summary>
    private async Task<HashSet<(int, DateTime)>> Waiting(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select pid, state_change from pg_stat_activity
            where datname = current_database() and usename = current_user and application_name = current_setting('application_name')
                and backend_xid is not null and wait_event_type = 'Client' and state_change is not null
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var waiting = new HashSet<(int, DateTime)>();
        while (await reader.ReadAsync(cancellation))
            waiting.Add((reader.GetInt32(0), reader.GetDateTime(1)));
        return waiting;
    }

    private async Task End(int session, DateTime since, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and state_change = $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = session });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = since });
        if (await command.ExecuteScalarAsync(cancellation) is true)
            LogEnded(session, since);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended session {Session} of PostgreSQL: its process has said nothing since {Since:O}, in the middle of a transaction")]
    private partial void LogEnded(int session, DateTime since);
}

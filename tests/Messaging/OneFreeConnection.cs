using Bus.Messaging;
using Bus.Tests.Support;
using Npgsql;

namespace Bus.Tests.Messaging;

/// <summary>
/// A queue whose four connections are all held up, each by a unit that waits for a lock of ours. What is enqueued now is
/// committed in one round trip by the connection that comes free.
/// </summary>
internal sealed class OneFreeConnection : IAsyncDisposable
{
    private const int Connections = 4;

    private readonly CommitQueue commits;
    private readonly NpgsqlConnection locks;
    private readonly List<Task> heldUp = [];

    private OneFreeConnection(CommitQueue commits, NpgsqlConnection locks) => (this.commits, this.locks) = (commits, locks);

    public static async Task<OneFreeConnection> Of(CommitQueue commits, TestLog log)
    {
        var one = new OneFreeConnection(commits, await log.Database.OpenConnectionAsync());
        for (var number = 1; number <= Connections; number++)
        {
            await one.Execute($"select pg_advisory_lock({number})");
            var hold = $"select pg_advisory_xact_lock({number})";
            one.heldUp.Add(commits.Commit(_ => [new NpgsqlBatchCommand(hold)]));
            await Eventually.Get(
                () => log.One<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted"), waiting => waiting == number);
        }

        return one;
    }

    /// <summary>Lets one connection commit units that are enqueued together; each gets what its task throws, or null.</summary>
    public async Task<IReadOnlyList<PostgresException?>> Commit(IEnumerable<Func<bool, IReadOnlyList<NpgsqlBatchCommand>>> units)
    {
        var enqueued = units.Select(commits.Commit).ToList();
        await Execute("select pg_advisory_unlock(1)");
        return await Task.WhenAll(enqueued.Select(Failure));
    }

    public async ValueTask DisposeAsync()
    {
        await Execute("select pg_advisory_unlock_all()");
        await Task.WhenAll(heldUp);
        await locks.DisposeAsync();
    }

    private static async Task<PostgresException?> Failure(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (PostgresException failure)
        {
            return failure;
        }
    }

    private async Task Execute(string sql)
    {
        await using var command = new NpgsqlCommand(sql, locks);
        await command.ExecuteNonQueryAsync();
    }
}

using System.Collections.Concurrent;
using Bus.Events.Servers;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Messaging.Errors;

/// <summary>The queues that processes consume: each process notes its own at start, so that others know where errors may be.</summary>
internal sealed class WorkQueues(NpgsqlDataSource database, ServerWait wait) : IHostedService
{
    private readonly ConcurrentDictionary<string, bool> consumed = new(StringComparer.Ordinal);

    /// <summary>This process consumes a queue.</summary>
    public void Add(string queue) => consumed[queue] = true;

    /// <summary>Every queue in which there may be errors.</summary>
    public async Task<IReadOnlyList<string>> OfErrors(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select name from bus_queues order by name");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var queues = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            queues.Add(QueueNames.ErrorsOf(reader.GetString(0)));
            queues.Add(QueueNames.SkippedOf(reader.GetString(0)));
        }

        return [.. queues, QueueNames.DeadLetter];
    }

    public Task StartAsync(CancellationToken cancellationToken) => wait.Until(Postgres.Of(database), Note, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Note(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("insert into bus_queues (name) select unnest($1) on conflict do nothing");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. consumed.Keys.Order(StringComparer.Ordinal)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Bus.Events.Servers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Events;

/// <summary>
/// Brings the database to the schema of this program before anything else starts. Whichever process comes first does
/// it, under an advisory lock; the others wait and find it done. A schema newer than the program is refused.
/// </summary>
public sealed partial class SchemaUpgrade(
    NpgsqlDataSource database, IEnumerable<SchemaScripts> modules, ServerWait wait, ILogger<SchemaUpgrade> log)
    : IHostedLifecycleService
{
    private const long LockKey = 0x427573; // "Bus"

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => wait.Until(Postgres.Of(database), Run, cancellationToken);

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="InvalidOperationException">The database is newer than this program.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, $"select pg_advisory_xact_lock({LockKey})", cancellation);
        await Execute(connection, """
            create table if not exists bus_schema (
                module     text                     not null,
                number     int                      not null,
                applied_at timestamp with time zone not null default now(),
                primary key (module, number))
            """, cancellation);

        foreach (var module in modules)
        {
            var applied = await Applied(connection, module.Module, cancellation);
            if (applied > module.Scripts.Count)
            {
                throw new InvalidOperationException(
                    $"The database has schema {applied} of {module.Module}, this program knows {module.Scripts.Count}: it is older than the database. Start the newer version.");
            }

            for (var number = applied + 1; number <= module.Scripts.Count; number++)
            {
                await Execute(connection, module.Scripts[number - 1], cancellation);
                await using var note = new NpgsqlCommand("insert into bus_schema (module, number) values ($1, $2)", connection)
                {
                    Parameters = { new() { Value = module.Module }, new() { Value = number } },
                };
                await note.ExecuteNonQueryAsync(cancellation);
                LogApplied(module.Module, number);
            }
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task<int> Applied(NpgsqlConnection connection, string module, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(number), 0) from bus_schema where module = $1", connection)
        {
            Parameters = { new() { Value = module } },
        };
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied schema {Number} of {Module}")]
    private partial void LogApplied(string module, int number);

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

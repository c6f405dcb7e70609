using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Messaging.Errors;

/// <summary>
/// Notes which suspect a process handles; only one at a time. A process that dies cannot take its note back. While PostgreSQL is away the message
/// waits for it, as any other does.
/// </summary>
internal sealed partial class Suspects(NpgsqlDataSource database, TimeProvider time, ILogger<Suspects> log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim alone = new(1);

    /// <summary>Waits until no other suspect is in hand in this process.</summary>
    /// <returns>To be disposed of when another may follow.</returns>
    public async Task<IDisposable> Alone(CancellationToken cancellation)
    {
        await alone.WaitAsync(cancellation);
        return new Turn(alone);
    }

    /// <summary>The handling begins.</summary>
    /// <returns>How often it began before and did not end.</returns>
    public async Task<int> Begin(string queue, Delivered message)
    {
        var begun = (int)(await Run("""
            insert into bus_suspects (queue, message_id) values ($1, $2)
            on conflict (queue, message_id) do update set begun = bus_suspects.begun + 1, begun_at = now()
            returning begun
            """, queue, message))!;
        LogAlone(message.Id, queue, begun - 1);
        return begun - 1;
    }

    /// <summary>The handling has ended.</summary>
    public Task End(string queue, Delivered message) => Run("delete from bus_suspects where queue = $1 and message_id = $2", queue, message);

    public void Dispose() => alone.Dispose();

    private async Task<object?> Run(string sql, string queue, Delivered message)
    {
        while (true)
        {
            try
            {
                await using var command = database.CreateCommand(sql);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = queue });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Id });
                return await command.ExecuteScalarAsync();
            }
            catch (NpgsqlException away) when (away.IsTransient && !message.Stopping.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, message.Stopping);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of {Queue} was taken back so often that it is handled alone; {Before} processes have not survived that")]
    private partial void LogAlone(string messageId, string queue, int before);

    private sealed class Turn(SemaphoreSlim alone) : IDisposable
    {
        public void Dispose() => alone.Release();
    }
}

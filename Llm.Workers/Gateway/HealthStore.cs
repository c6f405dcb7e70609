using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Bus.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Gateway;

/// <summary>
/// Shares through PostgreSQL how keys and models do. It is read when it is needed, a quarter of a second old at most while there are calls; what
/// happened here is written in the background, and not forgotten while the database is away.
/// </summary>
internal sealed partial class HealthStore : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HealthBoard board;
    private readonly NpgsqlDataSource database;
    private readonly TimeProvider time;
    private readonly ILogger<HealthStore> log;
    private readonly Channel<HealthChange> changes = Channel.CreateUnbounded<HealthChange>();
    private readonly ConcurrentDictionary<Guid, Written> ours = new();
    private readonly Lock gate = new();
    private Task reading = Task.CompletedTask;
    private long readAt;

    public HealthStore(HealthBoard board, NpgsqlDataSource database, TimeProvider time, ILogger<HealthStore> log)
    {
        (this.board, this.database, this.time, this.log) = (board, database, time, log);
        readAt = time.GetTimestamp() - (long)(Stale.TotalSeconds * time.TimestampFrequency) - 1;
        board.Changed += change =>
        {
            ours.AddOrUpdate(change.Subject, new Written(1, 0), (_, written) => written with { Waiting = written.Waiting + 1 });
            changes.Writer.TryWrite(change);
        };
    }

    /// <summary>Has what other processes know read, and waits for it when what is known here is old.</summary>
    public ValueTask Refresh()
    {
        var age = time.GetElapsedTime(Volatile.Read(ref readAt));
        if (age < Fresh)
            return ValueTask.CompletedTask;
        var read = Read();
        return age < Stale ? ValueTask.CompletedTask : new ValueTask(read);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(stoppingToken))
            {
                if (await Write(change, stoppingToken) > 0)
                    change.Tell?.Invoke();
                ours.AddOrUpdate(change.Subject, default(Written), (_, written) => new Written(written.Waiting - 1, time.GetTimestamp()));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private Task Read()
    {
        lock (gate)
        {
            if (reading.IsCompleted)
                reading = ReadAll();
            return reading;
        }
    }

    /// <summary>While the database is away, what is known here must do.</summary>
    private async Task ReadAll()
    {
        var begun = time.GetTimestamp();
        try
        {
            await using var command = database.Statement("select subject, failures, rests_until, quarantined_at, reason, probe_at from llm_health");
            await using var reader = await command.ExecuteReaderAsync();
            var all = ImmutableDictionary.CreateBuilder<Guid, Health>();
            while (await reader.ReadAsync())
            {
                all[reader.GetGuid(0)] = new Health(
                    reader.GetInt32(1), reader.GetFieldValue<DateTimeOffset?>(2), reader.GetFieldValue<DateTimeOffset?>(3),
                    await reader.IsDBNullAsync(4) ? null : reader.GetString(4), reader.GetFieldValue<DateTimeOffset?>(5));
            }

            board.Learn(here => WithOurs(all.ToImmutable(), here, begun));
        }
        catch (NpgsqlException failure)
        {
            LogNotRead(failure.Message);
        }

        Volatile.Write(ref readAt, time.GetTimestamp());
    }

    /// <summary>What happened here and was not written when the reading began is newer.</summary>
    private ImmutableDictionary<Guid, Health> WithOurs(ImmutableDictionary<Guid, Health> all, ImmutableDictionary<Guid, Health> here, long begun)
    {
        foreach (var (subject, written) in ours)
        {
            if (written.Waiting > 0 || written.At >= begun)
                all = all.SetItem(subject, here.GetValueOrDefault(subject, Health.Well));
            else
                ours.TryRemove(KeyValuePair.Create(subject, written));
        }

        return all;
    }

    /// <returns>How many rows that changed.</returns>
    private async Task<int> Write(HealthChange change, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await Save(change.Subject, change.Health, cancellation);
            }
            catch (NpgsqlException failure)
            {
                LogNotWritten(failure.Message);
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    /// <summary>What is in quarantine stays there, whatever somebody else has just seen: only a probe, or an administrator, lets it out.</summary>
    private Task<int> Save(Guid subject, Health health, CancellationToken cancellation) => health == Health.Well
        ? database.Run("delete from llm_health where subject = $1 and quarantined_at is null", cancellation, subject)
        : database.Run(
            """
            insert into llm_health as h (subject, failures, rests_until, quarantined_at, reason, probe_at, changed_at) values ($1, $2, $3::timestamptz, $4::timestamptz, $5::text, $6::timestamptz, $7)
            on conflict (subject) do update set failures = excluded.failures, rests_until = excluded.rests_until, reason = excluded.reason,
                quarantined_at = excluded.quarantined_at, probe_at = excluded.probe_at, changed_at = excluded.changed_at
            where h.quarantined_at is null
            """,
            cancellation, subject, health.Failures, health.RestsUntil?.UtcDateTime, health.QuarantinedAt?.UtcDateTime, health.Reason, health.ProbeAt?.UtcDateTime, time.GetUtcNow().UtcDateTime);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How keys do in other processes is not known: {Reason}")]
    private partial void LogNotRead(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How a key does cannot be told to other processes yet: {Reason}")]
    private partial void LogNotWritten(string reason);

    /// <summary>What of a key or a model was written.</summary>
    /// <param name="Waiting">How many changes wait.</param>
    /// <param name="At">When the last one was written.</param>
    private readonly record struct Written(int Waiting, long At);
}

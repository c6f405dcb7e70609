using Bus.Events.Servers;
using Bus.Messaging;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Memory.Retention;

/// <summary>
/// Applies the policies of retention once a minute, and when they were changed. Several processes may do so at once: the last one is right.
/// </summary>
internal sealed class RetentionSweeper(NpgsqlDataSource database, LiveSettings settings, TimeProvider time, ILogger<RetentionSweeper> log)
    : Sweeper(LooksEvery, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    private RetentionSettings? applied;
    private DateTimeOffset appliedAt;

    protected override async Task Sweep(CancellationToken cancellation)
    {
        var wanted = RetentionSettings.Of(await settings.Get(cancellation));
        var now = Time.GetUtcNow();
        if (wanted == applied && now - appliedAt < Interval)
            return;
        await using var command = database.CreateCommand("select bus_retain($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = wanted.Conversations });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = wanted.Traces is { } kept ? (now - kept).UtcDateTime : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.TimestampTz,
        });
        await command.ExecuteNonQueryAsync(cancellation);
        (applied, appliedAt) = (wanted, now);
    }
}

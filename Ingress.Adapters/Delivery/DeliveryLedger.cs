using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Ingress.Delivery;

/// <summary>The deliveries in PostgreSQL. Whoever changes one has seen it as it is: of two who try at once, one tries again.</summary>
internal sealed class DeliveryLedger(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a delivery is remembered; a message of the bus hardly comes again after that.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Changes a delivery.</summary>
    /// <param name="turnId">The turn.</param>
    /// <param name="change">What it is to be; null leaves it as it is. May be asked several times.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How it is now, and whether it was changed.</returns>
    public async Task<(DeliveryState Delivery, bool IsChanged)> Change(Guid turnId, Func<DeliveryState, DeliveryState?> change, CancellationToken cancellation)
    {
        while (true)
        {
            var (before, revision) = await Read(turnId, cancellation);
            if (change(before) is not { } after)
                return (before, false);
            if (await Write(turnId, after, revision, cancellation))
                return (after, true);
        }
    }

    /// <summary>How a delivery is.</summary>
    public async Task<(DeliveryState Delivery, long Revision)> Read(Guid turnId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select revision, body from deliveries where turn_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = turnId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (JsonSerializer.Deserialize<DeliveryState>(reader.GetFieldValue<byte[]>(1))!, reader.GetInt64(0))
            : (DeliveryState.None, 0);
    }

    /// <summary>Forgets what is old.</summary>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from deliveries where changed_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (time.GetUtcNow() - Kept).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<bool> Write(Guid turnId, DeliveryState delivery, long revision, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(revision == 0
            ? "insert into deliveries (turn_id, revision, body, changed_at) values ($1, $2 + 1, $3, $4) on conflict do nothing"
            : "update deliveries set revision = revision + 1, body = $3, changed_at = $4 where turn_id = $1 and revision = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = turnId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = revision });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(delivery), NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}

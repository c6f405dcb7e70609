using Bus.Events;
using Bus.Ingress.Discord.Bots;
using Npgsql;

namespace Bus.Ingress.Discord.Intake;

/// <summary>What is remembered of messages: to which of several conversations of their channel they belong, and which turn they are the answer of.</summary>
internal sealed class DiscordMessages(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Remembers messages.</summary>
    public async Task Keep(DiscordBot bot, IEnumerable<long> messages, string? part, Guid? turnId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            insert into discord_messages (bot, message, part, turn_id, kept_at) select $1, message, $3, $4, $5 from unnest($2::bigint[]) as sent (message)
            on conflict (bot, message) do update set kept_at = $5
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bot.Id });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. messages] });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)part ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)turnId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The conversation of its channel that a message belongs to; null when nobody knows.</summary>
    public async Task<string?> PartOf(DiscordBot bot, long message, CancellationToken cancellation)
    {
        await using var command = database.Statement("select part from discord_messages where bot = $1 and message = $2", bot.Id, message);
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>The turns that messages of the bot answer, as far as they are known.</summary>
    public async Task<IReadOnlyDictionary<long, Guid>> TurnsOf(DiscordBot bot, IEnumerable<long> messages, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select message, turn_id from discord_messages where bot = $1 and message = any($2) and turn_id is not null", bot.Id, messages.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var turns = new Dictionary<long, Guid>();
        while (await reader.ReadAsync(cancellation))
            turns[reader.GetInt64(0)] = reader.GetGuid(1);
        return turns;
    }

    /// <summary>Forgets what is old.</summary>
    public Task Sweep(CancellationToken cancellation) =>
        database.Run("delete from discord_messages where kept_at < $1", cancellation, (time.GetUtcNow() - Kept).UtcDateTime);
}

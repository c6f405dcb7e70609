using Bus.Events;
using Npgsql;

namespace Bus.Ingress.Discord.Bots;

/// <summary>What all processes know of where answers go: how long to leave a channel alone, and whether it wants the bot.</summary>
internal sealed class DiscordPlaces(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How a channel stands.</summary>
    public async Task<(TimeSpan Waits, string? Blocked)> Of(DiscordBot bot, long channel, CancellationToken cancellation)
    {
        await using var command = database.Statement("select wait_until, blocked from discord_channels where bot = $1 and channel = $2", bot.Id, channel);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return (TimeSpan.Zero, null);
        var waits = await reader.IsDBNullAsync(0, cancellation) ? TimeSpan.Zero : reader.GetFieldValue<DateTimeOffset>(0) - time.GetUtcNow();
        return (waits > TimeSpan.Zero ? waits : TimeSpan.Zero, await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetString(1));
    }

    /// <summary>Discord wants a channel to be left alone.</summary>
    public Task LeaveAlone(DiscordBot bot, long channel, TimeSpan wanted, CancellationToken cancellation) => database.Run("""
        insert into discord_channels (bot, channel, kind, last_seen, wait_until) values ($1, $2, 0, 0, $3)
        on conflict (bot, channel) do update set wait_until = greatest(discord_channels.wait_until, $3)
        """, cancellation, bot.Id, channel, (time.GetUtcNow() + wanted).UtcDateTime);

    /// <summary>A channel does not want the bot.</summary>
    public Task Block(DiscordBot bot, long channel, string reason, CancellationToken cancellation) => database.Run(
        "update discord_channels set blocked = $3 where bot = $1 and channel = $2", cancellation, bot.Id, channel, reason);

    /// <summary>A channel wants the bot again.</summary>
    public Task Unblock(DiscordBot bot, long channel, CancellationToken cancellation) => database.Run(
        "update discord_channels set blocked = null where bot = $1 and channel = $2 and blocked is not null", cancellation, bot.Id, channel);
}

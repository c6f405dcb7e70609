using Bus.Events;
using Npgsql;

namespace Bus.Ingress.Telegram.Bots;

/// <summary>What all processes know of chats: how long to leave them alone, whether they want us, and what has become of them.</summary>
internal sealed class TelegramChats(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How a chat stands.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="place">The chat, by the first id it had.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TelegramChat> Of(long bot, long place, CancellationToken cancellation)
    {
        await using var command = database.Statement("""
            select coalesce(next.chat, first.chat), greatest(first.wait_until, next.wait_until), coalesce(next.blocked, first.blocked)
            from telegram_chats first left join telegram_chats next on next.bot = first.bot and next.chat = first.migrated_to
            where first.bot = $1 and first.chat = $2
            """, bot, place);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return new TelegramChat(place, TimeSpan.Zero, null);
        var waits = await reader.IsDBNullAsync(1, cancellation) ? TimeSpan.Zero : reader.GetFieldValue<DateTimeOffset>(1) - time.GetUtcNow();
        return new TelegramChat(
            reader.GetInt64(0), waits > TimeSpan.Zero ? waits : TimeSpan.Zero, await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetString(2));
    }

    /// <summary>The first id that a chat had: its conversations go on under it when it becomes a supergroup.</summary>
    public async Task<long> PlaceOf(long bot, long chat, CancellationToken cancellation)
    {
        await using var command = database.Statement("select chat from telegram_chats where bot = $1 and migrated_to = $2", bot, chat);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? chat;
    }

    /// <summary>Telegram wants the chat to be left alone.</summary>
    public Task LeaveAlone(long bot, long chat, TimeSpan wanted, CancellationToken cancellation) => database.Run("""
        insert into telegram_chats (bot, chat, wait_until) values ($1, $2, $3)
        on conflict (bot, chat) do update set wait_until = greatest(telegram_chats.wait_until, $3)
        """, cancellation, bot, chat, (time.GetUtcNow() + wanted).UtcDateTime);

    /// <summary>The chat does not want the bot.</summary>
    public Task Block(long bot, long chat, string reason, CancellationToken cancellation) => database.Run("""
        insert into telegram_chats (bot, chat, blocked) values ($1, $2, $3) on conflict (bot, chat) do update set blocked = $3
        """, cancellation, bot, chat, reason);

    /// <summary>The chat wants the bot again.</summary>
    public Task Unblock(long bot, long chat, CancellationToken cancellation) =>
        database.Run("update telegram_chats set blocked = null where bot = $1 and chat = $2 and blocked is not null", cancellation, bot, chat);

    /// <summary>The chat has another id from now on.</summary>
    public Task Migrate(long bot, long from, long to, CancellationToken cancellation) => database.Run("""
        with target as (insert into telegram_chats (bot, chat) values ($1, $3) on conflict do nothing)
        insert into telegram_chats (bot, chat, migrated_to) values ($1, $2, $3) on conflict (bot, chat) do update set migrated_to = $3
        """, cancellation, bot, from, to);
}

/// <summary>How a chat stands.</summary>
/// <param name="Id">The id it has now.</param>
/// <param name="Waits">How long to leave it alone.</param>
/// <param name="Blocked">Why nothing can be sent to it.</param>
internal sealed record TelegramChat(long Id, TimeSpan Waits, string? Blocked);

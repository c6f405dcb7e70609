using System.Globalization;
using Bus.Ingress.Telegram.Bots;
using Npgsql;

namespace Bus.Ingress.Telegram.Intake;

/// <summary>Which chain of replies a message belongs to, where each chain is a conversation of its own.</summary>
internal sealed class ReplyChains(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>The message that a message's chain begins with: itself, when it replies to none.</summary>
    public async Task<long> RootOf(TelegramBot bot, long chat, long message, long? repliesTo, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            insert into telegram_chains (bot, chat, message, root, kept_at)
            values ($1, $2, $3, coalesce((select root from telegram_chains where bot = $1 and chat = $2 and message = $4), $4, $3), $5)
            on conflict (bot, chat, message) do update set kept_at = $5 returning root
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bot.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = chat });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = message });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)repliesTo ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>What the bot has said belongs to the chain that it answers.</summary>
    public Task Add(TelegramBot bot, long chat, long message, string root, CancellationToken cancellation) =>
        RootOf(bot, chat, message, long.Parse(root, CultureInfo.InvariantCulture), cancellation);

    /// <summary>Forgets what is old: who replies to it begins a chain.</summary>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from telegram_chains where kept_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (time.GetUtcNow() - Kept).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

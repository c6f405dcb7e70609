using System.Collections.Concurrent;
using Bus.Events;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Npgsql;

namespace Bus.Ingress.Discord.Bots;

/// <summary>What is known of channels: what they are in, for whichever process asks, and up to which message all was taken in.</summary>
internal sealed class DiscordChannels(NpgsqlDataSource database)
{
    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<(long Bot, long Channel), KnownChannel> known = new();
    private readonly ConcurrentDictionary<(long Bot, long Channel), long> seen = new();

    /// <summary>Where a message of a channel is.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="channel">The channel, thread or private chat.</param>
    /// <param name="guild">Its guild, as the message tells.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="message">The message: where nothing was heard before, what comes from it on can be missed.</param>
    /// <exception cref="DiscordException">Discord has to be asked, and does not answer.</exception>
    public async Task<ChannelPlace> PlaceOf(DiscordBot bot, long channel, string? guild, CancellationToken cancellation, long message = 1)
    {
        var here = await Find(bot, channel, guild, message - 1, cancellation);
        if (!ChannelTypes.IsThread(here.Kind) || here.Parent is not { } parent)
            return new ChannelPlace(here, null);
        return new ChannelPlace(await Find(bot, parent, guild, 0, cancellation), here);
    }

    /// <summary>Keeps what Discord tells about channels.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="guild">Their guild, where they do not tell.</param>
    /// <param name="seenUpTo">Of one that nobody has heard of, up to which message all counts as taken in.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Keep(
        DiscordBot bot, IEnumerable<DiscordChannel> channels, string? guild, Func<KnownChannel, DiscordChannel, long> seenUpTo, CancellationToken cancellation)
    {
        var rows = channels.Select(channel => (Known: Read(channel, guild), Told: channel)).Where(row => row.Known is not null).ToList();
        if (rows.Count == 0)
            return;
        Remember(bot, rows.Select(row => row.Known!));
        await database.Run("""
            insert into discord_channels (bot, channel, kind, guild, parent, last_seen)
            select $1, channel, kind, nullif(guild, 0), nullif(parent, 0), last_seen
            from unnest($2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[]) as told (channel, kind, guild, parent, last_seen)
            on conflict (bot, channel) do update set kind = excluded.kind, guild = excluded.guild, parent = excluded.parent, blocked = null
            """, cancellation,
            bot.Id, rows.Select(row => row.Known!.Id).ToArray(), rows.Select(row => row.Known!.Kind).ToArray(), rows.Select(row => row.Known!.Guild ?? 0).ToArray(),
            rows.Select(row => row.Known!.Parent ?? 0).ToArray(), rows.Select(row => seenUpTo(row.Known!, row.Told)).ToArray());
    }

    /// <summary>All messages of a channel up to this one were taken in.</summary>
    public void Seen(DiscordBot bot, long channel, long message) => seen.AddOrUpdate((bot.Id, channel), message, (_, last) => Math.Max(last, message));

    /// <summary>Writes down what was seen since the last time.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        var news = seen.ToArray();
        if (news.Length == 0)
            return;
        await database.Run("""
            update discord_channels set last_seen = greatest(last_seen, news.message)
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as news (bot, channel, message)
            where discord_channels.bot = news.bot and discord_channels.channel = news.channel
            """, cancellation, news.Select(entry => entry.Key.Bot).ToArray(), news.Select(entry => entry.Key.Channel).ToArray(), news.Select(entry => entry.Value).ToArray());
        foreach (var entry in news)
            seen.TryRemove(entry); // unless more was seen meanwhile
    }

    /// <summary>Up to which message each channel of a guild was taken in; of private chats when there is no guild.</summary>
    public async Task<IReadOnlyDictionary<long, (int Kind, long LastSeen)>> LastSeen(DiscordBot bot, long? guild, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select channel, kind, last_seen from discord_channels where bot = $1 and guild is not distinct from $2 and blocked is null");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bot.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)guild ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<long, (int, long)>();
        while (await reader.ReadAsync(cancellation))
            found[reader.GetInt64(0)] = (reader.GetInt32(1), reader.GetInt64(2));
        return found;
    }

    private async Task<KnownChannel> Find(DiscordBot bot, long channel, string? guild, long seenUpTo, CancellationToken cancellation)
    {
        if (known.TryGetValue((bot.Id, channel), out var here))
            return here;
        if (await FindKept(bot, channel, cancellation) is { } kept)
        {
            Remember(bot, [kept]);
            return kept;
        }

        try
        {
            var told = await bot.Api.GetChannel(Snowflake.Text(channel), cancellation);
            await Keep(bot, [told], guild, (_, _) => seenUpTo, cancellation);
            if (known.TryGetValue((bot.Id, channel), out here))
                return here;
        }
        catch (DiscordException failure) when (failure.Problem is PlatformProblem.Forbidden or PlatformProblem.Refused)
        {
            // It is gone, or not for the bot to look at. What is said in it was heard all the same.
        }

        return new KnownChannel(channel, guild is null ? ChannelTypes.Private : 0, Snowflake.Read(guild), null);
    }

    private async Task<KnownChannel?> FindKept(DiscordBot bot, long channel, CancellationToken cancellation)
    {
        await using var command = database.Statement("select kind, guild, parent from discord_channels where bot = $1 and channel = $2", bot.Id, channel);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new KnownChannel(channel, reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2))
            : null;
    }

    private void Remember(DiscordBot bot, IEnumerable<KnownChannel> channels)
    {
        if (known.Count > MostRemembered)
            known.Clear();
        foreach (var channel in channels)
            known[(bot.Id, channel.Id)] = channel;
    }

    private static KnownChannel? Read(DiscordChannel told, string? guild) => Snowflake.Read(told.Id) is { } id && told.Type is { } kind
        ? new KnownChannel(id, kind, Snowflake.Read(told.GuildId ?? guild), Snowflake.Read(told.ParentId))
        : null;
}

/// <summary>A channel.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">One of <see cref="ChannelTypes"/>.</param>
/// <param name="Guild">Its guild; null for private chats.</param>
/// <param name="Parent">The category that it is in, or the channel that it is a thread of.</param>
internal sealed record KnownChannel(long Id, int Kind, long? Guild, long? Parent);

/// <summary>Where a message is.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Thread">The thread in it.</param>
internal sealed record ChannelPlace(KnownChannel Channel, KnownChannel? Thread)
{
    /// <summary>Nobody else is there.</summary>
    public bool IsPrivate => Channel.Kind == ChannelTypes.Private;

    /// <summary>The guild.</summary>
    public string? Guild => Channel.Guild is { } guild ? Snowflake.Text(guild) : null;

    /// <summary>The category.</summary>
    public string? Category => Channel.Parent is { } category ? Snowflake.Text(category) : null;
}

using System.Collections.Concurrent;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>
/// Finds out what was said while nobody listened, and takes it in like everything else: messages bear ids that follow from Discord's own, so what was
/// taken in before is not taken in again. Of each channel it is known up to which message all was.
/// </summary>
internal sealed partial class Gaps(DiscordChannels channels, LateMessages late, TimeProvider time, ILogger<Gaps> log)
{
    /// <summary>Threads that nobody uses are put away; those that were used within this time are looked after all the same.</summary>
    private static readonly TimeSpan ThreadsKept = TimeSpan.FromDays(7);

    /// <summary>Private chats are not listed anywhere but here; those that were used within this time are looked after.</summary>
    private static readonly TimeSpan PrivateChatsKept = TimeSpan.FromDays(30);

    private const int MostFilled = 100_000;

    /// <summary>As many messages as Discord gives at once; fewer are the last.</summary>
    private const int PageSize = 100;

    private readonly ConcurrentDictionary<(long Bot, long Channel), long> filled = new();

    /// <summary>A message that comes now was fetched before.</summary>
    public bool IsFilled(DiscordBot bot, DiscordMessage message) =>
        Snowflake.Read(message.Id) is { } id && Snowflake.Read(message.ChannelId) is { } channel && filled.TryGetValue((bot.Id, channel), out var upTo) && id <= upTo;

    /// <summary>A guild is there, again or for the first time.</summary>
    public async Task Fill(DiscordBot bot, DiscordGuild guild, CancellationToken cancellation)
    {
        var told = (guild.Channels ?? []).Concat(guild.Threads ?? []).ToList();
        var lastSeen = await channels.LastSeen(bot, Snowflake.Read(guild.Id), cancellation);
        var newest = lastSeen.Count == 0 ? 0 : lastSeen.Values.Max(channel => channel.LastSeen);
        await channels.Keep(bot, told, guild.Id, (known, channel) => Baseline(known, channel, newest), cancellation);

        var gaps = new List<(long Channel, long After)>();
        foreach (var channel in told.Where(channel => ChannelTypes.HoldsMessages(channel.Type)))
        {
            if (Snowflake.Read(channel.Id) is not { } id || Snowflake.Read(channel.LastMessageId) is not { } last)
                continue;
            var after = lastSeen.TryGetValue(id, out var known) ? known.LastSeen : Baseline(new KnownChannel(id, 0, null, null), channel, newest);
            if (last > after)
                gaps.Add((id, after));
        }

        var here = told.Select(channel => Snowflake.Read(channel.Id)).ToHashSet();
        gaps.AddRange(lastSeen.Where(known => ChannelTypes.IsThread(known.Value.Kind) && !here.Contains(known.Key) && IsRecent(known.Value.LastSeen, ThreadsKept))
            .Select(known => (known.Key, known.Value.LastSeen)));
        await Fill(bot, gaps, cancellation);
    }

    /// <summary>The private chats that are known.</summary>
    public async Task FillPrivateChats(DiscordBot bot, CancellationToken cancellation)
    {
        var lastSeen = await channels.LastSeen(bot, null, cancellation);
        await Fill(bot, [.. lastSeen.Where(known => known.Value is { Kind: ChannelTypes.Private, LastSeen: var seen } && IsRecent(seen, PrivateChatsKept))
            .OrderByDescending(known => known.Value.LastSeen).Select(known => (known.Key, known.Value.LastSeen))], cancellation);
    }

    /// <summary>
    /// Of a channel that nobody has heard of: in a guild that is new nothing was missed, nor in a channel that was made before the last thing that was heard
    /// there, which the bot may not have been let into; one that was made since is wholly new.
    /// </summary>
    private static long Baseline(KnownChannel known, DiscordChannel channel, long newest) =>
        newest > 0 && known.Id > newest ? known.Id : Snowflake.Read(channel.LastMessageId) ?? known.Id;

    private bool IsRecent(long message, TimeSpan within) => message > 0 && time.GetUtcNow() - Snowflake.TimeOf(message) < within;

    private async Task Fill(DiscordBot bot, IReadOnlyList<(long Channel, long After)> gaps, CancellationToken cancellation)
    {
        foreach (var (channel, after) in gaps)
        {
            var missed = await Fill(bot, channel, after, cancellation);
            if (missed > 0)
                LogFilled(bot.Name, channel, missed);
        }
    }

    private async Task<int> Fill(DiscordBot bot, long channel, long after, CancellationToken cancellation)
    {
        var (missed, upTo) = (0, after);
        var batch = late.Begin(bot);
        try
        {
            while (true)
            {
                var (page, before) = (await History(bot, channel, upTo, cancellation), upTo);
                foreach (var message in page.Where(message => Snowflake.Read(message.Id) > upTo).OrderBy(message => Snowflake.Read(message.Id)))
                {
                    await batch.Take(message with { ChannelId = message.ChannelId ?? Snowflake.Text(channel) }, cancellation);
                    (missed, upTo) = (missed + 1, Snowflake.Read(message.Id)!.Value);
                }

                if (page.Count < PageSize || upTo == before)
                    break;
            }
        }
        catch (DiscordException failure) when (failure.Problem is PlatformProblem.Forbidden or PlatformProblem.Refused)
        {
            LogNotReadable(bot.Name, channel, failure.Message);
        }

        await batch.End(cancellation);
        if (filled.Count > MostFilled)
            filled.Clear();
        filled[(bot.Id, channel)] = upTo;
        channels.Seen(bot, channel, upTo);
        return missed;
    }

    private async Task<IReadOnlyList<DiscordMessage>> History(DiscordBot bot, long channel, long after, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await bot.Api.GetMessages(Snowflake.Text(channel), null, Snowflake.Text(after), cancellation);
            }
            catch (DiscordException failure) when (failure.RetryAfter is { } wanted)
            {
                await Task.Delay(wanted, time, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot}: {Missed} messages of channel {Channel} were missed and are taken in now")]
    private partial void LogFilled(string bot, long channel, int missed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: what was missed in channel {Channel} cannot be read: {Reason}")]
    private partial void LogNotReadable(string bot, long channel, string reason);
}

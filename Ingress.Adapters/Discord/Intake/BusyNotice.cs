using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Gateway;
using Bus.Ingress.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>
/// Tells people in private chats that their message has to wait because too many others do: each chat once for as long as messages are not
/// taken in. In channels it would only add to the noise.
/// </summary>
internal sealed partial class BusyNotice(Backlog backlog, TimeProvider time, ILogger<BusyNotice> log)
{
    private readonly ConcurrentDictionary<(string Bot, string Channel), DateTimeOffset> told = new();

    /// <summary>Tells who said something.</summary>
    public async Task Tell(DiscordBot bot, Dispatch dispatch, CancellationToken cancellation)
    {
        if (dispatch.Name != "MESSAGE_CREATE" || dispatch.Read<DiscordMessage>() is not { GuildId: null, ChannelId: { } channel, Author: { Bot: not true } } || IsTold(bot.Name, channel))
            return;
        told[(bot.Name, channel)] = time.GetUtcNow();
        try
        {
            await bot.Api.CreateMessage(channel, new OutgoingMessage(Texts.For(null)["busy"]), null, cancellation);
        }
        catch (DiscordException failure)
        {
            LogNotTold(bot.Name, failure.Message);
        }
    }

    private bool IsTold(string bot, string channel)
    {
        if (backlog.RetryAfter is null)
            told.Clear();
        return told.TryGetValue((bot, channel), out var at) && time.GetUtcNow() - at < Limits.LongestRetryAfter;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Bot {Bot} could not tell that it is busy: {Reason}")]
    private partial void LogNotTold(string bot, string reason);
}

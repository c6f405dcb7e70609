using System.Diagnostics;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Gateway;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>
/// Takes in what happened on Discord. When a call returns, the broker has what came of it; when it throws, it has to be tried again. That it
/// comes twice does no harm: all that comes of it bears ids that follow from it.
/// </summary>
internal sealed partial class DiscordIntake(
    DiscordChannels channels, DiscordPlaces places, SpokenMessages spoken, RemovedMessages removed, Gaps gaps, Interactions interactions, ILogger<DiscordIntake> log)
{
    private static readonly ActivitySource Source = new("Bus.Ingress");

    /// <summary>Does what cannot wait until it is taken in. It fails only when it is told to give up.</summary>
    public async Task Prepare(DiscordBot bot, Dispatch dispatch, CancellationToken cancellation)
    {
        try
        {
            if (dispatch.Name == "INTERACTION_CREATE" && dispatch.Read<Interaction>() is { } interaction)
                await interactions.Prepare(bot, interaction, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogNotPrepared(bot.Name, dispatch.Name, failure);
        }
    }

    /// <summary>Takes in what a shard was told.</summary>
    public async Task Take(DiscordBot bot, Shard shard, Dispatch dispatch, CancellationToken cancellation)
    {
        // The trace of whatever comes of it begins here.
        Activity.Current = null;
        using var span = Source.StartActivity($"discord {dispatch.Name}", ActivityKind.Server);
        switch (dispatch.Name)
        {
            case "MESSAGE_CREATE" when dispatch.Read<DiscordMessage>() is { } message:
                if (!gaps.IsFilled(bot, message))
                    await spoken.Take(bot, message, null, cancellation);
                Seen(bot, message);
                break;
            case "MESSAGE_UPDATE" when dispatch.Read<DiscordMessage>() is { EditedTimestamp: { } edit } message:
                await spoken.Take(bot, message, edit, cancellation);
                break;
            case "MESSAGE_DELETE":
                await removed.Take(bot, dispatch.Read<DeletedMessages>(), cancellation);
                break;
            case "MESSAGE_DELETE_BULK":
                await removed.Take(bot, dispatch.Read<DeletedMessages>(), cancellation);
                break;
            case "INTERACTION_CREATE" when dispatch.Read<Interaction>() is { } interaction:
                await interactions.Take(bot, interaction, cancellation);
                break;
            case "READY" when shard.Number == 0:
                await gaps.FillPrivateChats(bot, cancellation);
                break;
            case "GUILD_CREATE" when dispatch.Read<DiscordGuild>() is { Id: not null } guild:
                await gaps.Fill(bot, guild, cancellation);
                break;
            case "CHANNEL_CREATE" or "CHANNEL_UPDATE" or "THREAD_CREATE" or "THREAD_UPDATE" when dispatch.Read<DiscordChannel>() is { } channel:
                // One that is new has nothing in it yet that was not told.
                await channels.Keep(bot, [channel], null, (known, _) => known.Id, cancellation);
                break;
            case "CHANNEL_DELETE" or "THREAD_DELETE" when Snowflake.Read(dispatch.Id("id")) is { } channel:
                await places.Block(bot, channel, "The channel was deleted.", cancellation);
                break;
            case "READY" or "GUILD_CREATE" or "GUILD_DELETE":
                break;
            default:
                if (dispatch.Data.ValueKind != System.Text.Json.JsonValueKind.Object || dispatch.Name is not ("MESSAGE_UPDATE" or "CHANNEL_DELETE" or "THREAD_DELETE"))
                    LogUnreadable(bot.Name, dispatch.Name, dispatch.Number);
                break;
        }
    }

    private void Seen(DiscordBot bot, DiscordMessage message)
    {
        if (Snowflake.Read(message.Id) is { } id && Snowflake.Read(message.ChannelId) is { } channel)
            channels.Seen(bot, channel, id);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot}: a {Name} shows no sign of life")]
    private partial void LogNotPrepared(string bot, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: a {Name} ({Number}) cannot be read and is left out")]
    private partial void LogUnreadable(string bot, string name, long number);
}

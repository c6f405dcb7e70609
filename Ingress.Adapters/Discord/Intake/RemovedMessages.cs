using Bus.Contracts;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Discord.Intake;

/// <summary>Messages that were deleted, one or many at once.</summary>
internal sealed record DeletedMessages(string? ChannelId, string? GuildId = null, string? Id = null, IReadOnlyList<string>? Ids = null);

/// <summary>Follows what people delete (expectations, E-38), as the settings of the place say.</summary>
internal sealed class RemovedMessages(DiscordChannels channels, DiscordMessages messages, SettingsCascade cascade, MessageIntake intake, TimeProvider time)
{
    public async Task Take(DiscordBot bot, DeletedMessages? deleted, CancellationToken cancellation)
    {
        if (Snowflake.Read(deleted?.ChannelId) is not { } channel)
            return;
        var place = await channels.PlaceOf(bot, channel, deleted!.GuildId, cancellation);
        var (chat, thread) = (Snowflake.Text(place.Channel.Id), place.Thread is { } inThread ? Snowflake.Text(inThread.Id) : null);
        var scopes = SettingScope.Of(Platforms.Discord, bot.Name, chat, thread, null, place.Guild, place.Category);
        var settings = (await cascade.Resolve(scopes, cancellation)).Settings;
        foreach (var message in (deleted.Ids ?? []).Append(deleted.Id).Select(Snowflake.Read).OfType<long>())
        {
            var origin = new Origin(Platforms.Discord, bot.Name, chat, thread, await messages.PartOf(bot, message, cancellation), place.Guild);
            await Take(MessageReader.IdOf(bot.Name, Snowflake.Text(message)), origin, settings.OnDelete, cancellation);
        }
    }

    private async Task Take(Guid message, Origin origin, string? policy, CancellationToken cancellation)
    {
        var (conversation, isKept, isRetracted) = (origin.ConversationId(), policy is null or DeletePolicies.Keep, policy == DeletePolicies.Retract);
        if (!isKept)
            await intake.Publish(new CancelTurn(conversation, message), Ids.From(message, "deleted", "cancel"), cancellation);
        await intake.Publish(new MessageDeleted(conversation, message, origin, isRetracted, time.GetUtcNow(), isKept), Ids.From(message, "deleted"), cancellation);
        if (isRetracted)
            await intake.Publish(new RetractReply(message, origin), Ids.From(message, "retract"), cancellation);
    }
}

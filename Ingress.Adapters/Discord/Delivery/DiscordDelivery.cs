using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Delivery;

/// <summary>The way to channels on Discord.</summary>
internal sealed class DiscordDelivery(
    DiscordBots bots, DiscordChannels channels, DiscordPlaces places, DiscordMessages messages, PendingInteractions commands, TimeProvider time, ILogger<DiscordPlace> log)
    : IPlatformDelivery
{
    public string Platform => Platforms.Discord;

    public async ValueTask<IReplyPlace> Open(ReplyAddress address, CancellationToken cancellation)
    {
        var origin = address.Origin;
        var bot = bots.Find(origin.Bot)
            ?? throw new InvalidOperationException($"The bot {origin.Bot} of Discord is not set up in this process (DISCORD_BOT_TOKEN).");
        var channel = await channels.PlaceOf(bot, Snowflake.Read(origin.Thread ?? origin.Place) ?? 0, origin.Guild, cancellation);
        return new DiscordPlace(bot, address, channel, await commands.Find(address.TurnId, cancellation), places, messages, time, log);
    }
}
